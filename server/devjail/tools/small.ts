import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, renameSync } from "node:fs";
import { hostname as machineName } from "node:os";
import { join, resolve } from "node:path";
import { literalEnv, ownEnv } from "../env.ts";
import { getopt, type Call } from "../io.ts";
import { isBelow, readMounts } from "../mount-table.ts";
import { passwdOf, shadowOf } from "../passwd-files.ts";
import { racctOn, type State, writeWhole } from "../state.ts";
import { machineProgram } from "../up.ts";

/** Programs of one screen each. */

/** devfs(8): the ruleset that unhides what a jail may see; others are empty here. */
export function devfs(call: Call): number {
  const [noun, ...rest] = call.args;
  const at = rest.indexOf("-s");
  const ruleset = at >= 0 ? rest[at + 1] : "0";
  const verb = rest.filter((_, i) => i !== at && i !== at + 1)[0];
  if (noun === "ruleset") return 0;
  if (noun === "rule" && verb === "showsets") {
    call.io.out("1\n2\n3\n4\n5\n");
    return 0;
  }
  if (noun !== "rule" || verb !== "show") {
    call.io.err("usage: devfs rule [-s ruleset] ...\n       devfs ruleset ...\n");
    return 1;
  }
  if (ruleset === "4" || ruleset === "5")
    call.io.out("100 include 1\n200 include 2\n300 include 3\n400 path fuse unhide\n500 path zfs unhide\n");
  return 0;
}

const SYSCTL: Record<string, (state: State) => string> = {
  "kern.racct.enable": (state) => (racctOn(state) ? "1" : "0"),
  "kern.ostype": () => "FreeBSD",
  "kern.osrelease": () => "14.2-BETA1",
  "kern.osreldate": () => "1402000",
  "kern.hostname": () => machineName(),
  "security.jail.jailed": () => "0",
  "security.jail.children.max": () => "999999",
  "hw.ncpu": () => String(readFileSync("/proc/cpuinfo", "utf8").match(/^processor/gm)?.length ?? 1),
  "hw.physmem": () => String(Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))![1]) * 1024),
};

/** sysctl(8): reads a few names; sets none. */
export function sysctl(call: Call): number {
  const parsed = getopt(call, "AabB:deFf:hiJlNnoqTtVWX");
  if (!parsed) return 1;
  const has = (flag: string) => parsed.flags.some((item) => item.flag === flag);
  let status = 0;
  for (const name of parsed.rest) {
    const read = SYSCTL[name];
    if (!read) {
      if (!has("i")) call.io.err(`sysctl: unknown oid '${name}'\n`);
      if (!has("i")) status = 1;
    } else
      call.io.out(
        has("n")
          ? `${read(call.state)}\n`
          : has("e")
            ? `${name}=${read(call.state)}\n`
            : `${name}: ${read(call.state)}\n`,
      );
  }
  return status;
}

/** chflags(1): Linux file systems have no schg, so nothing needs to be cleared; a missing file is still said. */
export function chflags(call: Call): number {
  const parsed = getopt(call, "fhHLPRvx");
  if (!parsed || parsed.rest.length < 2) {
    call.io.err("usage: chflags [-fhvx] [-R [-H | -L | -P]] flags file ...\n");
    return 1;
  }
  let status = 0;
  for (const file of parsed.rest.slice(1))
    if (!lstatSync(file, { throwIfNoEntry: false })) {
      call.io.err(`chflags: ${file}: No such file or directory\n`);
      status = 1;
    }
  return status;
}

/** freebsd-version(1): what this host says that it is. */
export function freebsdVersion(call: Call): number {
  const parsed = getopt(call, "ruk");
  if (!parsed) return 1;
  for (let i = 0; i < Math.max(1, parsed.flags.length); i++) call.io.out("14.2-BETA1\n");
  return 0;
}

/** kldstat(8): the kernel alone; modules of FreeBSD's are not here. */
export function kldstat(call: Call): number {
  if (!getopt(call, "hvi:n:dm:q")) return 1;
  call.io.out("Id Refs Address                Size Name\n 1    1 0xffffffff80200000  1f3c6c0 kernel\n");
  return 0;
}

export function hostname(call: Call): number {
  const parsed = getopt(call, "fsd");
  if (!parsed) return 1;
  if (parsed.rest.length) {
    call.io.err("hostname: sethostname: Operation not permitted\n");
    return 1;
  }
  const short = parsed.flags.some((item) => item.flag === "s");
  call.io.out(`${short ? machineName().split(".")[0] : machineName()}\n`);
  return 0;
}

/** Becomes a program of the machine; what it prints and how it ends is its own. @returns its exit status, 128 + signal */
function runMachine(call: Call, name: string, debianPackage: string, args: string[]): number {
  const done = spawnSync(machineProgram(name, debianPackage), args, { stdio: "inherit", env: ownEnv });
  if (done.error) throw done.error;
  return done.status ?? 128 + 15;
}

/** df(1) -k: FreeBSD's head and columns. */
export function df(call: Call): number {
  const done = spawnSync(
    machineProgram("df", "coreutils"),
    ["-kP", ...call.args.filter((word) => !/^-k?$/.test(word))],
    { encoding: "utf8", env: literalEnv({ LC_ALL: "C" }) },
  );
  call.io.err(done.stderr);
  const rows = done.stdout
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/\s+/));
  call.io.out("Filesystem   1024-blocks   Used   Avail Capacity  Mounted on\n");
  for (const [source, blocks, used, free, capacity, ...target] of rows)
    call.io.out(
      `${source!.padEnd(12)} ${blocks!.padStart(11)} ${used!.padStart(6)} ${free!.padStart(7)} ${capacity!.padStart(6)}    ${target.join(" ")}\n`,
    );
  return done.status ?? 1;
}

/** What rm(1) is asked for: arguments of the machine's, and the files, those with a mount in them apart. null: not understood, and said so. */
function rmWish(call: Call): { options: string[]; files: { file: string; path: string; busy: boolean }[] } | null {
  const parsed = getopt(call, "dfiIPRrvWx");
  if (!parsed) return null;
  const has = (flag: string) => parsed.flags.some((item) => item.flag === flag);
  const options = [
    has("f") && "-f",
    has("d") && "-d",
    has("v") && "-v",
    (has("r") || has("R")) && "-r",
    "--one-file-system",
  ].filter((word) => word !== false);
  const mounts = readMounts(call.state).map((item) => item.target);
  const files = parsed.rest.map((file) => {
    const path = resolve(file);
    return { file, path, busy: mounts.some((target) => isBelow(target, path)) };
  });
  return { options, files };
}

/**
 * rm(1). With -x FreeBSD stops at a mount by its device number, which a bind does not show: so the mount table is asked, and a tree
 * that has a mount in it is left alone whole.
 */
export function rm(call: Call): number {
  const wish = rmWish(call);
  if (!wish) return 64;
  let status = 0;
  for (const { file, path, busy } of wish.files)
    if (busy) {
      call.io.err(`rm: ${file}: Device busy\n`);
      status = 1;
    } else if (runMachine(call, "rm", "coreutils", [...wish.options, "--", path]) !== 0) status = 1;
  return status;
}

/** @returns argv of the machine's rm where that does all that is asked for; null: rm() has more to say */
export function plainRm(call: Call): string[] | null {
  const wish = rmWish({ ...call, io: { out: () => {}, err: () => {} } });
  if (!wish?.files.length || wish.files.some(({ busy }) => busy)) return null;
  return ["rm", ...wish.options, "--", ...wish.files.map(({ path }) => path)];
}

/** pwd_mkdb(8): FILE becomes DIR/master.passwd; passwd (-p) and Linux's shadow are made from it. There are no .db files. */
export function pwdMkdb(call: Call): number {
  const parsed = getopt(call, "BCLNd:ips:u:");
  if (!parsed || parsed.rest.length !== 1) {
    call.io.err("usage: pwd_mkdb [-CipN] [-d directory] [-s cachesize] [-u username] file\n");
    return 1;
  }
  const file = parsed.rest[0]!;
  const dir = parsed.flags.findLast((item) => item.flag === "d")?.value ?? "/etc";
  if (dir === "/etc") {
    call.io.err("pwd_mkdb: /etc is the machine's own: give -d\n");
    return 1;
  }
  if (!existsSync(file)) {
    call.io.err(`pwd_mkdb: ${file}: No such file or directory\n`);
    return 1;
  }
  try {
    const text = readFileSync(file, "utf8");
    const [passwd, shadow] = [passwdOf(text), shadowOf(text)];
    if (parsed.flags.some((item) => item.flag === "C")) return 0;
    if (parsed.flags.some((item) => item.flag === "p")) writeWhole(join(dir, "passwd"), passwd, 0o644);
    writeWhole(join(dir, "shadow"), shadow, 0o600);
    if (resolve(file) !== resolve(dir, "master.passwd")) renameSync(file, join(dir, "master.passwd"));
    return 0;
  } catch (error) {
    call.io.err(`pwd_mkdb: ${(error as Error).message}\npwd_mkdb: at line #1\n`);
    return 1;
  }
}
