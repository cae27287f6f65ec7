import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { postgresPrograms } from "./postgres.mjs";
import { run, say, Stop } from "./progress.mjs";

const COMPILERS = [
  ["c++", "g++"],
  ["make", "make"],
  ["python3", "python3"],
];
const JAIL_TOOLS = [
  ["cc", "gcc"],
  ["tcsh", "tcsh"],
  ["bsdtar", "libarchive-tools"],
  ["unshare", "util-linux"],
  ["setpriv", "util-linux"],
];
const BROWSER = [["chromium", "chromium"]];

/** @returns the program's path, null when no directory of PATH (or a system one) has it */
export function which(program) {
  for (const dir of [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin", "/usr/bin", "/bin"]) {
    if (!dir) continue;
    try {
      accessSync(join(dir, program), constants.X_OK);
      return join(dir, program);
    } catch {
      continue;
    }
  }
  return null;
}

/**
 * Sees to it that the programs are there: on Debian as root missing packages are installed, else one sentence names them.
 * @param install whether npm has to compile
 * @param browser whether the tests' browser is wanted
 */
export async function prerequisites({ install, browser = false }) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    throw new Stop(`KnastHorst needs Node 20.19 or newer; this is ${process.versions.node}.`);
  if (process.platform === "freebsd") return freebsd(install);
  if (process.platform !== "linux") throw new Stop("KnastHorst runs on FreeBSD, and on Linux for trying it out.");
  const root = process.getuid() === 0;
  const wanted = [
    ...JAIL_TOOLS,
    ...(install ? COMPILERS : []),
    ...(root ? [] : [["newuidmap", "uidmap"]]),
    ...(browser && !process.env.CHROMIUM ? BROWSER : []),
  ];
  const packages = [...new Set(wanted.filter(([program]) => !which(program)).map(([, name]) => name))];
  if (packages.length === 0) return;
  if (!root || !which("apt-get"))
    throw new Stop(`Please install ${packages.join(", ")} (Debian: apt-get install ${packages.join(" ")}).`);
  // gcc alone brings no headers without its recommendations; g++ does.
  const names = [...new Set(packages.map((name) => (name === "gcc" ? "g++" : name)))];
  say(`packages  apt-get install ${names.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install_ = () => run("apt-get", ["install", "-y", "--no-install-recommends", ...names], { env });
  await install_().catch(async () => {
    await run("apt-get", ["update"], { env });
    await install_();
  });
}

/**
 * Sees to it that a PostgreSQL can be started for the tests: as root on Debian and FreeBSD its package is installed if it is not there.
 * @returns null when there is one, else a sentence that says why not
 */
export async function postgres() {
  if (postgresPrograms()) return null;
  const freebsd = process.platform === "freebsd";
  const [program, name] = freebsd ? ["pkg", "postgresql16-server"] : ["apt-get", "postgresql"];
  if (process.getuid() !== 0 || !which(program)) return `PostgreSQL is not installed here (package ${name}).`;
  say(`packages  ${program} install ${name}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", ASSUME_ALWAYS_YES: "yes" };
  const more = freebsd ? [] : ["--no-install-recommends"];
  const install_ = () => run(program, ["install", "-y", ...more, name], { env });
  try {
    // Debian's package starts a cluster of its own otherwise.
    if (!freebsd) keepDebianFromStarting();
    await install_().catch(async () => {
      await run(program, ["update"], { env });
      await install_();
    });
  } catch (error) {
    return `PostgreSQL can't be installed here (package ${name}): ${error.message.split("\n")[0]}`;
  }
  return postgresPrograms() ? null : `PostgreSQL's programs are not where package ${name} puts them.`;
}

/** postgresql-common(7): with this, installing makes no cluster that would run on the tester's machine from then on. */
function keepDebianFromStarting() {
  const file = "/etc/postgresql-common/createcluster.conf";
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "create_main_cluster = false\n");
}

function freebsd(install) {
  if (process.getuid() !== 0) throw new Stop("On FreeBSD jails are root's business: start me as root.");
  const wanted = install ? ["npm", "python3", "gmake", "cc"] : [];
  const missing = wanted.filter((program) => !which(program) && !existsSync(`/usr/local/bin/${program}`));
  if (missing.length > 0) throw new Stop(`Please install ${missing.join(", ")} with pkg install.`);
}
