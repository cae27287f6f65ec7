// A PostgreSQL of the tests' own: an ordinary user's cluster in a temporary directory, gone without a trace afterwards.
import { execFileSync, spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PASSWORD = "of the tests: %/@";
const READY_MS = 30_000;

/** @returns the directory of initdb(1) and postgres(1): Debian keeps one for each version, FreeBSD's port is in /usr/local; or null */
export function postgresPrograms() {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [...versions.map((version) => join(debian, version, "bin")), "/usr/local/bin", "/usr/bin"];
  return places.find((place) => ["initdb", "postgres"].every((name) => existsSync(join(place, name)))) ?? null;
}

/** PostgreSQL refuses to run as root; the account that its package brings, else nobody. @returns ids for spawn(), none for an ordinary user */
function account() {
  if (process.getuid() !== 0) return {};
  const line = (name) =>
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = (line("postgres") ?? line("nobody")).split(":").map(Number);
  return { uid, gid };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Makes a cluster and starts it. Its default order of texts is a language's, as it is on many hosts, so that whoever relies
 * on another one without saying so is found out.
 * @returns `url` of an empty database, `stop()`, and `crash()`, which ends it as a power cut would and starts it anew
 */
export async function startPostgres() {
  const programs = postgresPrograms();
  if (!programs) throw new Error("There is no PostgreSQL here.");
  const as = account();
  const dir = mkdtempSync(join(tmpdir(), "knast-postgres-"));
  const data = join(dir, "data");
  mkdirSync(data, { mode: 0o700 });
  const secret = join(dir, "password");
  writeFileSync(secret, `${PASSWORD}\n`, { mode: 0o600 });
  if (as.uid !== undefined) for (const path of [dir, data, secret]) chownSync(path, as.uid, as.gid);
  const env = { PATH: `${programs}:/usr/bin:/bin`, LC_ALL: "C.UTF-8" };
  const icu = ["--locale-provider=icu", "--icu-locale=en-US"];
  const init = ["-D", data, "-U", "knast", "--auth=scram-sha-256", `--pwfile=${secret}`, "-E", "UTF8", "--no-sync"];
  const initdb = (more) =>
    execFileSync(join(programs, "initdb"), [...init, ...more], {
      ...as,
      env,
      cwd: dir,
      stdio: ["ignore", "pipe", "pipe"],
    });
  try {
    initdb(icu);
  } catch {
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { mode: 0o700 });
    if (as.uid !== undefined) chownSync(data, as.uid, as.gid);
    initdb([]); // built without ICU
  }
  const port = await freePort();
  // fsync is for power cuts of the machine; what a killed server had acknowledged is in the kernel's hands.
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: dir,
    fsync: "off",
    max_connections: 150,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  let server;
  let printed = "";
  const start = async () => {
    server = spawn(join(programs, "postgres"), ["-D", data, ...options], {
      ...as,
      env,
      cwd: dir,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise((resolve) => server.once("exit", resolve));
    const begun = printed.length;
    const ready = new Promise((resolve) => {
      for (const stream of [server.stdout, server.stderr])
        stream.on("data", (chunk) => {
          printed += chunk;
          if (printed.slice(begun).includes("ready to accept connections")) resolve("ready");
        });
    });
    const late = new Promise((resolve) => setTimeout(resolve, READY_MS, "late").unref());
    if ((await Promise.race([ready, ended, late])) !== "ready")
      throw new Error(`PostgreSQL did not come up:\n${printed}`);
  };
  const end = async (signal) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await ended;
  };
  // The tests must not outlive us even when we are killed in their middle.
  const last = () => server?.kill("SIGQUIT");
  process.once("exit", last);
  const stop = async () => {
    await end("SIGINT");
    process.off("exit", last);
    rmSync(dir, { recursive: true, force: true });
  };
  await start().catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    url: `postgresql://knast:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`,
    stop,
    /** For a while it is not there. */
    down: () => end("SIGINT"),
    up: start,
    /** SIGQUIT is the immediate shutdown of postgres(1): no goodbye, recovery at the next start. */
    async crash() {
      await end("SIGQUIT");
      await start();
    },
  };
}

// Run alone it stays until it is told to end: a database to try things out with.
if (process.argv[1] === import.meta.filename) {
  const { url, stop } = await startPostgres();
  console.log(url);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void stop());
}
