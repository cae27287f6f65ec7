import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Client } from "./client.ts";
import { poll } from "./poll.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
let bundle: Promise<string> | undefined;

/** Runs the code beside it from what V8 had made of it; flags that V8 takes otherwise make it compile as ever. */
const starter = (code: string) => `const { readFileSync, existsSync, writeFileSync } = require("node:fs");
const { constants, Script } = require("node:vm");
const filename = require("node:path").join(__dirname, ${JSON.stringify(code)});
const cache = filename + ".cache";
const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData, importModuleDynamically });
const compiled = process.env.KNAST_COMPILED;
delete process.env.KNAST_COMPILED;
if (compiled) process.once("exit", () => writeFileSync(compiled, script.createCachedData()));
script.runInThisContext()(require, __dirname);
`;

/** @returns path of a bundle of knastd as it is now, built once for each test process; below the clone, as node-pty is native */
export function knastdBundle(): Promise<string> {
  bundle ??= (async () => {
    const directory = `${root}dist/test`;
    const { outputFiles } = await build({
      write: false,
      absWorkingDir: root,
      entryPoints: ["server/daemon/main.ts"],
      outfile: `${directory}/knastd.cjs`,
      bundle: true,
      platform: "node",
      // Reading and compiling the source is most of a start, and tests start it hundreds of times: V8 keeps what it made of a script,
      // in Node 20 not of a module. Names stay as they are.
      format: "cjs",
      target: "node20",
      external: ["node-pty"],
      minifyWhitespace: true,
      minifySyntax: true,
      define: { "import.meta.url": "__url", "import.meta.dirname": "__dirname" },
      banner: {
        js: '(function(require,__dirname){const __url=require("node:url").pathToFileURL(__dirname+"/knastd.cjs").href;',
      },
      footer: { js: "})" },
      logLevel: "error",
    });
    const text = outputFiles[0]!.contents;
    // V8 compares no more than lengths: what it made of one source must never be taken for another's.
    const code = `knastd-${createHash("sha256").update(text).digest("hex").slice(0, 16)}.js`;
    mkdirSync(directory, { recursive: true });
    // A run that began before the source was changed goes on with what it has.
    for (const name of readdirSync(directory)) {
      const made = statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
      if (made < Date.now() - 86_400_000) rmSync(join(directory, name), { force: true });
    }
    // Another test process may start from these files at the same moment.
    const put = (name: string, write: (path: string) => void) => {
      write(join(directory, `${code}.${process.pid}`));
      renameSync(join(directory, `${code}.${process.pid}`), join(directory, name));
    };
    put(code, (path) => writeFileSync(path, text));
    const main = `${code}.cjs`;
    put(main, (path) => writeFileSync(path, starter(code)));
    // With a wrong option everything is loaded, and nothing done.
    put(`${code}.cache`, (path) => {
      const env = { KNAST_COMPILED: path } as unknown as NodeJS.ProcessEnv;
      spawnSync(process.execPath, [join(directory, main), "--wrong"], { env });
    });
    return join(directory, main);
  })();
  return bundle;
}

export type Knastd = {
  client: Client;
  process: ChildProcess;
  /** everything that it wrote to stderr */
  log(): string;
  /** resolves with how it ended */
  ended: Promise<{ status: number | null; signal: NodeJS.Signals | null }>;
  /** SIGTERM, and waits */
  stop(): Promise<void>;
};

/**
 * Starts knastd and waits until it listens.
 * @param argv how to start `node` with arguments on the host in question (devjail's execArgv, or as it is)
 * @param options knastd's options without --socket
 */
export async function startKnastd(
  socket: string,
  options: readonly string[],
  argv: (program: string, args: string[]) => string[] = (program, args) => [program, ...args],
): Promise<Knastd> {
  const [program, ...args] = argv(process.execPath, [await knastdBundle(), "--socket", socket, ...options]);
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" } as unknown as NodeJS.ProcessEnv;
  const child = spawn(program!, args, { stdio: ["ignore", "ignore", "pipe"], env });
  let log = "";
  child.stderr!.on("data", (chunk: Buffer) => (log += chunk.toString("utf8")));
  const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("exit", (status, signal) => resolve({ status, signal })),
  );
  let over = false;
  void ended.then(() => (over = true));
  await poll("knastd listens", () => {
    if (over) throw new Error(`knastd ended:\n${log}`);
    return log.includes('"event":"listening"');
  });
  return {
    client: new Client(socket),
    process: child,
    log: () => log,
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
