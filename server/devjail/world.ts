import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { makeDirectory, type State } from "./state.ts";
import { passwdOf, shadowOf } from "./passwd-files.ts";
import { ETC_FILES, EXECUTABLE } from "./world/etc-files.ts";

const DIRECTORIES = [
  "bin boot dev etc/defaults etc/pam.d etc/rc.d etc/rc.conf.d etc/alternatives home lib libexec/devjail media mnt net proc rescue root sbin tmp",
  "usr/bin usr/include usr/lib usr/lib32 usr/libdata usr/libexec usr/local/bin usr/local/sbin usr/local/etc/rc.d usr/local/lib usr/obj",
  "usr/ports usr/sbin usr/share usr/share/skel usr/src usr/tests var/cron/tabs var/db var/empty var/log var/mail var/run var/spool var/tmp",
]
  .join(" ")
  .split(" ");

/** Directories of the machine that stand in for the base's; each only where the machine has it. */
const BINDS: [below: string, machine: string][] = [
  ["bin", "/usr/bin"],
  ["sbin", "/usr/sbin"],
  ["lib", "/usr/lib"],
  ["usr/bin", "/usr/bin"],
  ["usr/sbin", "/usr/sbin"],
  ["usr/lib", "/usr/lib"],
  ["usr/libexec", "/usr/libexec"],
  ["usr/share", "/usr/share"],
];

/**
 * Makes DIR/world: FreeBSD's shape in a few kilobytes. What would be its programs is named in libexec/.devjail-binds (a directory
 * of the base, so the name goes where the base goes) and bound by mount(8) of the tree.
 */
export function makeWorld(state: State): void {
  const world = state.at("world");
  if (existsSync(join(world, "libexec/.devjail-binds"))) return;
  rmSync(world, { recursive: true, force: true });
  makeDirectory(world, 0o755);
  for (const name of DIRECTORIES) mkdirSync(join(world, name), { recursive: true, mode: 0o755 });
  for (const name of ["tmp", "var/tmp"]) chmodSync(join(world, name), 0o1777);
  chmodSync(join(world, "root"), 0o750);
  chmodSync(join(world, "var/empty"), 0o555);
  const put = (name: string, text: string, mode: number) => {
    const path = join(world, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeFileSync(path, text, { mode });
    chmodSync(path, mode);
  };
  for (const [name, text] of Object.entries(ETC_FILES)) put(name, text, EXECUTABLE.has(name) ? 0o755 : 0o644);
  const master = ETC_FILES["etc/master.passwd"]!;
  put("etc/master.passwd", master, 0o600);
  put("etc/passwd", passwdOf(master), 0o644);
  put("etc/shadow", shadowOf(master), 0o600);
  symlinkSync("var/run", join(world, "run"));
  symlinkSync("../proc/self/mounts", join(world, "etc/mtab"));
  copyAlternatives(world);
  const binds = BINDS.filter(([, machine]) => existsSync(machine) && lstatSync(machine).isDirectory());
  binds.push(...linkLoader(world));
  copyFileSync(state.program("syslogd"), join(world, "libexec/devjail/syslogd"));
  chmodSync(join(world, "libexec/devjail/syslogd"), 0o555);
  put("libexec/.devjail-binds", binds.map((pair) => `${pair.join(" ")}\n`).join(""), 0o444);
}

/**
 * The kernel looks for the loader below /lib64, a name that FreeBSD's base list does not know: so it is a link of the skeleton,
 * to where the base has the machine's /usr/lib, or to a directory of its own in the base where the loader lives in /usr/lib64.
 */
function linkLoader(world: string): [string, string][] {
  if (!existsSync("/lib64")) return [];
  const loader = readdirSync("/lib64").find((name) => /^ld-linux.*\.so/.test(name));
  if (!loader) return [];
  const home = dirname(realpathSync(join("/lib64", loader)));
  if (home.startsWith("/usr/lib/")) {
    symlinkSync(`lib/${home.slice("/usr/lib/".length)}`, join(world, "lib64"));
    return [];
  }
  mkdirSync(join(world, "libexec/lib64"), { mode: 0o755 });
  symlinkSync("/basejail/libexec/lib64", join(world, "lib64"));
  symlinkSync("/basejail/libexec/lib64", join(world, "usr/lib64"));
  return [["libexec/lib64", home]];
}

/** Debian's csh, vi, pager and others are links through /etc/alternatives: names of programs, nothing else. */
function copyAlternatives(world: string): void {
  if (!existsSync("/etc/alternatives")) return;
  for (const name of readdirSync("/etc/alternatives")) {
    const from = join("/etc/alternatives", name);
    if (!lstatSync(from).isSymbolicLink()) continue;
    const to = readlinkSync(from);
    if (/^\/(usr\/)?s?bin\//.test(to)) symlinkSync(to, join(world, "etc/alternatives", name));
  }
}
