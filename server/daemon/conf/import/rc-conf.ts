import { cant, below, type Edit, type Imported, type ImportFiles, type ImportPlace, namesIn } from "./imported.ts";
import { rcJail } from "./rc-jail.ts";
import { type Assignment, readAssignments, withoutAssignments } from "./sh-assignments.ts";

type Read = { path: string; text: string; script: ReturnType<typeof readAssignments> };

const YES = /^(yes|true|on|1)$/i;
/** ezjail's own variables of a jail that say that it lives in an image. */
const IMAGE = ["image", "imagetype", "attachparams", "attachblocking", "forceblocking"];
/** ezjail keeps these for itself; without a value, or with one that says nothing to jail(8). */
const EZJAIL_ONLY = ["parentzfs", "retention_policy"];

/**
 * The jails that rc.conf(5) variables `jail_NAME_*` describe: in rc.conf itself, in files of ETC/jails that it includes, and in
 * ezjail's ETC-like directory. Parsed, never sourced.
 */
export function importRcConf(files: ImportFiles, place: ImportPlace): Imported[] {
  const known = new Map<string, string>();
  const open = (path: string): Read[] => {
    const text = files.get(path);
    return text === undefined ? [] : [{ path, text, script: readAssignments(text, known) }];
  };
  const main = ["rc.conf", "rc.conf.local", "rc.conf.d/jail"].flatMap((name) => open(`${place.etc}/${name}`));
  const list = (known.get("jail_list") ?? "").split(/\s+/).filter(Boolean);
  const enabled = YES.test(known.get("jail_enable") ?? "");
  const classic = namesIn(files, `${place.etc}/jails`).flatMap((name) => open(`${place.etc}/jails/${name}`));
  const found = jailsOf([...main, ...classic], known, place, files, list);
  const directory = below(place.foreign, "usr/local/etc/ezjail");
  const ez = namesIn(files, directory).filter((name) => !/\.(conf|sample|flavour)$/.test(name));
  const texts = new Map(ez.map((name) => [name, files.get(`${directory}/${name}`) ?? ""]));
  const ezjails = ez.flatMap((file) => {
    const vars = new Map(known);
    const path = `${directory}/${file}`;
    const read = { path, text: texts.get(file)!, script: readAssignments(texts.get(file)!, vars) };
    return jailsOf([read], vars, place, files, []).map((jail) => asEzjail(jail, file, texts, vars, known));
  });
  return [
    ...found.map((jail) => {
      const scheme: Imported["scheme"] = jail.sources[0]!.startsWith(`${place.etc}/jails/`) ? "etc-jails" : "rc.conf";
      return { ...jail, scheme, autostart: enabled && list.some((one) => one.replace(/[./]/g, "_") === jail.name) };
    }),
    ...ezjails,
  ];
}

const keyOf = (name: string): string => name.replace(/[^A-Za-z0-9]/g, "_");

/** Every jail with a rootdir among the files' variables. */
function jailsOf(
  reads: Read[],
  vars: Map<string, string>,
  place: ImportPlace,
  files: ImportFiles,
  list: string[],
): Imported[] {
  const all = reads.flatMap((read) => read.script.assignments.map((one) => ({ ...one, read })));
  const keys = new Set<string>();
  for (const { name } of all) {
    const key = /^jail_(.+)_(?:rootdir|hostname)$/.exec(name)?.[1];
    if (key) keys.add(key);
  }
  // jail_mail_old_rootdir belongs to mail_old, not to a variable "old_rootdir" of mail.
  const owner = (name: string): string | undefined =>
    [...keys].filter((key) => name.startsWith(`jail_${key}_`)).sort((a, b) => b.length - a.length)[0];
  return [...keys].sort().map((key) => {
    const own = all.filter((one) => owner(one.name) === key);
    const listed = list.map((one) => one.replace(/[./]/g, "_")).find((one) => keyOf(one) === key);
    const name = listed ?? key;
    const suffixes = [...new Set(own.map((one) => one.name.slice(`jail_${key}_`.length)))];
    const made = rcJail(vars, name, key, suffixes, place);
    const untranslated = made.problems.map((problem) => cant(own[0]!.read.path, null, problem));
    for (const suffix of made.unknown) {
      const one = own.findLast((it) => it.name === `jail_${key}_${suffix}`)!;
      untranslated.push(cant(one.read.path, one.line, `${one.name}="${one.value}"`));
    }
    for (const read of reads)
      for (const other of read.script.others)
        if (other.text.includes(`jail_${key}_`)) untranslated.push(cant(read.path, other.line, other.text));
    const fstab = files.get(made.fstab);
    const complete = vars.get(`jail_${key}_rootdir`) && vars.get(`jail_${key}_hostname`);
    const shared = own.filter((one) => !one.alone);
    const needed = new RegExp(`jail_${key}_(rootdir|hostname|ip|ip_multi[0-9]+)=`);
    const computed = reads.flatMap((read) => read.script.others.filter((one) => needed.test(one.text)))[0];
    return {
      scheme: "rc.conf",
      name,
      runsAs: name,
      params: made.params,
      fstab: fstab ?? null,
      autostart: false,
      sources: [...new Set(own.map((one) => one.read.path)), ...(fstab === undefined ? [] : [made.fstab])],
      edits: editsOf(own),
      original: null,
      ownFile: null,
      untranslated,
      notes: made.notes,
      refused: computed
        ? `What its directory, host name or addresses are is known to a shell only: ${computed.text.slice(0, 200)}. Write it there as it is.`
        : !complete
          ? "It has no host name or no directory (rootdir), so rc.d/jail itself ignores it."
          : shared.length > 0
            ? `${shared[0]!.read.path}, line ${shared[0]!.line}: something else stands on the same line. Put each assignment on a line of its own.`
            : null,
    };
  });
}

function editsOf(own: (Assignment & { read: Read })[]): Edit[] {
  return [...new Set(own.map((one) => one.read))].map((read) => {
    const after = withoutAssignments(
      read.text,
      own.filter((one) => one.read === read),
    );
    const empty = !/rc\.conf/.test(read.path) && after.split("\n").every((line) => /^\s*(#.*)?$/.test(line));
    return { path: read.path, after: empty ? null : after };
  });
}

/** What is ezjail's own about a file of its directory: names, `.norun`, PROVIDE and REQUIRE, images and zfs. */
function asEzjail(
  jail: Imported,
  file: string,
  texts: Map<string, string>,
  vars: Map<string, string>,
  rc: Map<string, string>,
): Imported {
  const name = file.replace(/\.norun$/, "");
  const value = (suffix: string) => vars.get(`jail_${keyOf(name)}_${suffix}`) ?? "";
  const image = IMAGE.filter((suffix) => value(suffix) !== "");
  const words = (text: string, what: string) =>
    (new RegExp(`^#\\s*${what}:(.*)$`, "m").exec(text)?.[1] ?? "").trim().split(/\s+/).filter(Boolean);
  const providers = new Map(
    [...texts].flatMap(([other, text]) =>
      words(text, "PROVIDE").map((word) => [word, other.replace(/\.norun$/, "")] as const),
    ),
  );
  const notes = [...jail.notes];
  const depend: string[] = [];
  for (const word of words(texts.get(file)!, "REQUIRE")) {
    const other = providers.get(word);
    if (other) depend.push(other);
    else notes.push(`It REQUIREs ${word}, which no other ezjail PROVIDEs; that has no effect.`);
  }
  const zfs = value("zfs_datasets") !== "";
  return {
    ...jail,
    scheme: "ezjail",
    name,
    runsAs: name,
    params: [...jail.params, ...(depend.length > 0 ? [{ name: "depend", values: depend }] : [])],
    autostart: YES.test(rc.get("ezjail_enable") ?? "") && !file.endsWith(".norun"),
    untranslated: jail.untranslated.filter((line) => !EZJAIL_ONLY.some((own) => line.includes(`_${own}="`))),
    notes,
    refused:
      image.length > 0
        ? `It lives in a disk image (${image.map((suffix) => `jail_${keyOf(name)}_${suffix}`).join(", ")}), which ezjail attaches before it starts. Copy its files into a directory first.`
        : zfs
          ? "ezjail hands ZFS datasets to it when it starts (zfs_datasets), which has no counterpart in jail.conf(5)."
          : jail.refused,
  };
}
