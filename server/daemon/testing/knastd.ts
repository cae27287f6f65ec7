import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Client } from "./client.ts";
import { poll } from "./poll.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
let bundle: Promise<string> | undefined;

/** @returns path of a bundle of knastd as it is now, built once for each test process; below the clone, as node-pty is native */
export function knastdBundle(): Promise<string> {
  bundle ??= (async () => {
    const directory = `${root}dist/test`;
    const outfile = `${directory}/knastd.js`;
    const { outputFiles } = await build({
      write: false,
      absWorkingDir: root,
      entryPoints: ["server/daemon/main.ts"],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      external: ["node-pty"],
      // Reading the source is most of a start, and tests start it hundreds of times; names stay as they are.
      minifyWhitespace: true,
      minifySyntax: true,
      banner: {
        js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
      },
      logLevel: "error",
    });
    // Another test process may start from this file at the same moment.
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${outfile}.${process.pid}`, outputFiles[0]!.contents);
    renameSync(`${outfile}.${process.pid}`, outfile);
    return outfile;
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
