import { createHash } from "node:crypto";
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./build.mjs";
import { run } from "./progress.mjs";

/**
 * @returns the account that knast-web runs as: on FreeBSD and where it exists `knast`; else, for root on Linux, ids of its own
 * that no entry of /etc/passwd has; null for an ordinary user, who runs everything as himself
 */
export async function webAccount(state) {
  if (process.getuid() !== 0) return null;
  let known = lookUp("knast");
  if (!known && process.platform === "freebsd") {
    const args = ["useradd", "knast", "-d", "/nonexistent", "-s", "/usr/sbin/nologin", "-c", "KnastHorst's panel"];
    await run("pw", args);
    known = lookUp("knast");
  }
  if (known) return known;
  const taken = new Set(
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => Number(line.split(":")[2])),
  );
  let id = 61_000 + (createHash("sha256").update(state).digest().readUInt16BE() % 4000);
  while (taken.has(id)) id++;
  return { uid: id, gid: id };
}

function lookUp(name) {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return line ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** Makes KNAST_STATE/{daemon,web,run,log}: each readable for its owner only; `run` also for knast-web's group. */
export function makeState(state, account) {
  const own = (path, mode, uid, gid) => {
    mkdirSync(path, { recursive: true, mode });
    chmodSync(path, mode);
    if (account) chownSync(path, uid, gid);
  };
  own(state, 0o711, 0, 0);
  own(join(state, "daemon"), 0o700, 0, 0);
  own(join(state, "log"), 0o700, 0, 0);
  own(join(state, "run"), 0o750, 0, account?.gid);
  own(join(state, "web"), 0o700, account?.uid, account?.gid);
  // A state directory that an ordinary user or another account has used before.
  if (account)
    for (const name of readdirSync(join(state, "web"))) {
      const file = join(state, "web", name);
      if (lstatSync(file).isFile()) chownSync(file, account.uid, account.gid);
    }
}

/** Whether every directory down to `path` lets all accounts through. */
function reachable(path) {
  for (let dir = path; ; dir = dirname(dir)) {
    if ((statSync(dir).mode & 0o005) === 0) return false;
    if (dir === dirname(dir)) return true;
  }
}

/**
 * FreeBSD has no mount namespaces: a clone that knast-web's account can't reach, below /root for instance, is shown to it
 * read-only below the state directory by mount_nullfs(8).
 * @returns the clone as knast-web sees it, and what takes the view away
 */
export async function webView(state, account) {
  const none = { app: root, close: async () => {} };
  if (!account || process.platform !== "freebsd" || reachable(root)) return none;
  const app = join(state, "app");
  const close = () => run("umount", [app]).catch(() => {});
  await close(); // one that a killed start has left
  mkdirSync(app, { recursive: true, mode: 0o755 });
  await run("mount", ["-t", "nullfs", "-o", "ro", root, app]);
  return { app, close };
}

// Runs as root in a mount namespace of its own, where the clone, the socket's directory and knast-web's directory stand at
// places that its account can reach even if the clone lies below /root; then becomes that account for good.
const ENTER = `set -e
app=$1 state=$2 node=$3 uid=$4 gid=$5
mount -t tmpfs -o mode=0755,size=64k knast-web /mnt
mkdir /mnt/app /mnt/state /mnt/state/web /mnt/run
: >/mnt/node
mount --bind "$app" /mnt/app
mount --bind "$state/web" /mnt/state/web
mount --bind "$state/run" /mnt/run
mount --bind "$node" /mnt/node
mount -o remount,bind,ro /mnt/app
cd /mnt/app
exec setpriv --reuid "$uid" --regid "$gid" --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs --pdeathsig TERM /mnt/node dist/knast-web.js`;

/**
 * @param account of webAccount()
 * @param app where it finds the clone: webView()'s answer
 * @returns what starts knast-web: program, arguments, options for spawn()
 */
export function webCommand({ state, account, env, app = root }) {
  const common = { ...env, NODE_ENV: "production", KNAST_STATE: state, KNAST_SOCKET: join(state, "run/knastd.sock") };
  if (!account || process.platform === "freebsd") {
    const options = { cwd: app, env: common, ...account };
    return { program: process.execPath, args: [join(app, "dist/knast-web.js")], options };
  }
  const { uid, gid } = account;
  const values = [root, state, process.execPath, uid, gid].map(String);
  return {
    program: "unshare",
    args: ["--mount", "--propagation", "private", "/bin/sh", "-c", ENTER, "sh", ...values],
    options: { cwd: "/", env: { ...common, KNAST_STATE: "/mnt/state", KNAST_SOCKET: "/mnt/run/knastd.sock" } },
  };
}
