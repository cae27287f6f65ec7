import { parseExportLists } from "../jail-export.ts";
import { readJailConfTree } from "../jail-conf-tree.ts";
import { cant, type ConfLine, type Imported, type ImportFiles, type ImportPlace, namesIn } from "./imported.ts";

/**
 * Jails of a hand-made jail.conf(5): blocks of ETC/jail.conf, and files of ETC/jail.conf.d without our mark.
 * @param exported what `jail -e` printed of the whole config: variables, defaults and sections applied
 * @param ours names of jails that have our mark
 */
export function importJailConf(
  files: ImportFiles,
  place: ImportPlace,
  exported: string,
  alone: ReadonlyMap<string, string>,
  ours: ReadonlySet<string>,
): Imported[] {
  const directory = `${place.etc}/jail.conf.d`;
  const paths = [`${place.etc}/jail.conf`, ...namesIn(files, directory).map((name) => `${directory}/${name}`)];
  const blocks = paths.flatMap((path) => blocksOf(path, files.get(path)));
  return parseExportLists(exported).flatMap(({ name, params }) => {
    if (name === null || ours.has(name)) return [];
    const own = blocks.filter((block) => block.jail === name);
    const [first] = own;
    if (!first) return [];
    const translated = params.filter((one) => one.name !== "name" && one.name !== "jid");
    const file = `${directory}/${name}.conf`;
    const complete = alone.get(file);
    // Read on its own it says the same: it needs nothing of jail.conf, so that our mark is all that is missing.
    const itself =
      own.every((block) => block.path === file) && complete !== undefined && sameAs(complete, name, params);
    const fstab = fstabOf(translated, files);
    return [
      {
        scheme: "jail.conf",
        name,
        runsAs: name,
        params: translated.filter((one) => one.name !== "mount.fstab" || fstab === null),
        fstab: itself ? null : fstab,
        autostart: true,
        sources: [...new Set(own.map((block) => block.path))],
        edits: itself ? [] : editsOf(own, files, place),
        original: itself ? null : { path: first.path, text: own.map((block) => block.text).join("\n") },
        ownFile: itself ? file : null,
        untranslated: [],
        notes: [],
        refused:
          own.length > 1 && own.some((block) => block.path !== first.path)
            ? `Its block stands in ${own.map((block) => block.path).join(" and ")}. Put it into one file first.`
            : null,
      } satisfies Imported,
    ];
  });
}

type Found = { path: string; jail: string; from: number; to: number; text: string };

function blocksOf(path: string, text: string | undefined): Found[] {
  if (text === undefined) return [];
  try {
    return readJailConfTree(text).blocks.map(({ jail, start, end }) => ({
      path,
      jail,
      from: start,
      to: end,
      text: text.slice(start, end),
    }));
  } catch {
    return [];
  }
}

/** The blocks cut out, with the rest of their last lines if nothing else stands there; a file of jail.conf.d that says nothing more goes. */
function editsOf(own: readonly Found[], files: ImportFiles, place: ImportPlace) {
  return [...new Set(own.map((block) => block.path))].map((path) => {
    let text = files.get(path)!;
    for (const block of own.filter((one) => one.path === path).sort((a, b) => b.from - a.from)) {
      const rest = /^[ \t;]*\n/.exec(text.slice(block.to))?.[0] ?? "";
      const lineStart = text.lastIndexOf("\n", block.from - 1) + 1;
      const begin = /^[ \t]*$/.test(text.slice(lineStart, block.from)) && rest !== "" ? lineStart : block.from;
      text = text.slice(0, begin) + text.slice(block.to + rest.length);
    }
    const gone = path !== `${place.etc}/jail.conf` && readJailConfTree(text).statements.length === 0;
    return { path, after: gone ? null : text };
  });
}

function fstabOf(params: readonly ConfLine[], files: ImportFiles): string | null {
  const path = params.findLast((one) => one.name === "mount.fstab")?.values?.[0];
  return path === undefined ? null : (files.get(path) ?? null);
}

function sameAs(alone: string, name: string, params: readonly ConfLine[]): boolean {
  const own = parseExportLists(alone).find((one) => one.name === name);
  return own !== undefined && JSON.stringify(own.params) === JSON.stringify(params);
}

/**
 * Bastille: PREFIX/jails/NAME/jail.conf is jail.conf(5) already; its fstab lies beside it.
 * @param alone what `jail -f FILE -e` printed, by file; a file that jail(8) can't read has none
 */
export function importBastille(
  files: ImportFiles,
  jails: string,
  alone: ReadonlyMap<string, string>,
  enabled: boolean,
): Imported[] {
  return namesIn(files, jails).flatMap((name): Imported[] => {
    const file = `${jails}/${name}/jail.conf`;
    const text = files.get(file);
    if (text === undefined) return [];
    const jail = parseExportLists(alone.get(file) ?? "").find((one) => one.name === name);
    const settings = files.get(`${jails}/${name}/settings.conf`);
    const params = (jail?.params ?? []).filter((one) => one.name !== "name" && one.name !== "jid");
    const fstab = fstabOf(params, files);
    const untranslated: string[] = [];
    const rctl = files.get(`${jails}/${name}/rctl.conf`);
    for (const [i, line] of (rctl ?? "").split("\n").entries())
      if (/^[^#\s]/.test(line)) untranslated.push(cant(`${jails}/${name}/rctl.conf`, i + 1, line));
    for (const [i, line] of (settings ?? "").split("\n").entries())
      if (/^(priority|depend|redirect|rdr)[a-z_]*="?[^"]/.test(line) && !/^priority="?99"?/.test(line))
        untranslated.push(cant(`${jails}/${name}/settings.conf`, i + 1, line));
    const rdr = files.get(`${jails}/${name}/rdr.conf`);
    for (const [i, line] of (rdr ?? "").split("\n").entries())
      if (/^[^#\s]/.test(line)) untranslated.push(cant(`${jails}/${name}/rdr.conf`, i + 1, line));
    return [
      {
        scheme: "bastille",
        name,
        runsAs: name,
        params: params.filter((one) => one.name !== "mount.fstab" || fstab === null),
        fstab,
        autostart: enabled && !/^boot="?off"?\s*$/m.test(settings ?? ""),
        sources: ["jail.conf", "fstab", "settings.conf"]
          .map((one) => `${jails}/${name}/${one}`)
          .filter((path) => files.has(path)),
        edits: [
          { path: file, after: null },
          ...(settings !== undefined && /^boot="?on"?\s*$/m.test(settings)
            ? [
                {
                  path: `${jails}/${name}/settings.conf`,
                  after: settings.replace(/^boot="?on"?(\s*)$/m, 'boot="off"$1'),
                },
              ]
            : []),
        ],
        original: { path: file, text },
        ownFile: null,
        untranslated,
        notes: [
          "Bastille's commands do not know it any more: its jail.conf is moved into the backup; the tree stays where it is.",
        ],
        refused: jail ? null : "jail(8) can't read its jail.conf. Mend it by hand first.",
      },
    ];
  });
}
