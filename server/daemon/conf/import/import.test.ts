import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportJail, resolve } from "../../../devjail/conf/resolve.ts";
import { parseText } from "../../../devjail/conf/parser.ts";
import { importAll } from "../../take-over/imported-jails.ts";
import { targetOf } from "../../take-over/plan-take-over.ts";
import { EXPORT_SEPARATOR } from "../jail-export.ts";
import type { Imported } from "./imported.ts";
import { renderImported } from "./render-imported.ts";

// testdata/import/SCHEME/CASE is a host's root; golden.txt beside its files is what becomes of it.

const root = join(import.meta.dirname, "../testdata/import");
const cases = readdirSync(root).flatMap((scheme) => readdirSync(join(root, scheme)).map((one) => `${scheme}/${one}`));

function readTree(directory: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true }))
    if (entry.isFile() && entry.name !== "golden.txt") {
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(directory.length), readFileSync(path, "utf8"));
    }
  return files;
}

/** What `jail -f FILE -e` would print, its .include lines read from the same tree; "" for what it can't read. */
function exportOf(files: Map<string, string>, path: string): string | null {
  const included = [...files].filter(([one]) => one.startsWith("/etc/jail.conf.d/")).map(([, text]) => text);
  const text = files.get(path)!.replace(/^\.include.*$/m, () => included.join("\n"));
  try {
    return resolve(parseText(text, path, 0))
      .map((one) => `${exportJail(one, EXPORT_SEPARATOR)}\n`)
      .join("");
  } catch {
    return null;
  }
}

function describe(jail: Imported, files: Map<string, string>): string {
  const target = targetOf(jail);
  const lines = [
    `=== ${jail.scheme} ${jail.name}: runs as ${jail.runsAs}, becomes ${target}, at boot ${jail.autostart ? "yes" : "no"}`,
  ];
  if (jail.refused) lines.push(`refused: ${jail.refused}`);
  for (const one of jail.untranslated) lines.push(`untranslated: ${one}`);
  for (const one of jail.notes) lines.push(`note: ${one}`);
  if (jail.ownFile) lines.push(`only our mark is put into ${jail.ownFile}`);
  else
    lines.push(
      `--- /etc/jail.conf.d/${target}.conf`,
      renderImported(
        target,
        "0".repeat(32),
        jail.params,
        jail.fstab === null ? null : `/etc/fstab.${target}`,
        jail.original,
      ).trimEnd(),
    );
  if (jail.fstab !== null) lines.push(`--- /etc/fstab.${target}`, jail.fstab.trimEnd());
  for (const edit of jail.edits) {
    if (edit.after === files.get(edit.path) || edit.path === `/etc/jail.conf.d/${target}.conf`) continue;
    lines.push(`--- ${edit.path}${edit.after === null ? " goes" : ""}`);
    if (edit.after !== null) lines.push(edit.after.trimEnd());
  }
  return `${lines.join("\n")}\n`;
}

test("there are at least five hosts for each scheme", () => {
  for (const scheme of readdirSync(root))
    expect([scheme, readdirSync(join(root, scheme)).length >= 5]).toEqual([scheme, true]);
});

test.each(cases)("%s", async (name) => {
  const directory = join(root, name);
  const files = readTree(directory);
  const alone = new Map<string, string>();
  for (const path of files.keys()) {
    const text = /jail\.conf$|jail\.conf\.d\/.*\.conf$/.test(path) ? exportOf(files, path) : null;
    if (text !== null) alone.set(path, text);
  }
  const bastille = files.has("/usr/local/etc/bastille/bastille.conf")
    ? "/tank/bastille/jails"
    : "/usr/local/bastille/jails";
  const on = (rcvar: string) => files.get("/etc/rc.conf")?.includes(`${rcvar}="YES"`) ?? false;
  const jails = importAll(
    {
      files,
      alone,
      unsafe: [],
      bastilleJails: bastille,
      bastilleEnabled: on("bastille_enable"),
      iocageRoots: ["/iocage", "/zroot/iocage", "/mnt/tank/iocage"],
      iocageEnabled: on("iocage_enable"),
    },
    { etc: "/etc", log: "/var/log", foreign: "/" },
  );
  expect(jails.length).toBeGreaterThan(0);
  await expect(jails.map((one) => describe(one, files)).join("\n")).toMatchFileSnapshot(join(directory, "golden.txt"));
});
