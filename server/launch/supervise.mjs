import { spawn } from "node:child_process";
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { say } from "./progress.mjs";

const LOG_MAX = 10 * 1024 * 1024;
const GRACE_MS = 15_000;

/**
 * Keeps one process running: started anew when it dies, sooner or later the more often it has died.
 * @param name for what is said of it
 * @param command () => { program, args, options }
 * @param log file that takes what it prints, kept below 10 MiB; the one before stays as FILE.1
 * @param pidFile where its number stands as long as it runs
 * @param heard called with each line; true: the line is kept out of the log
 */
export function supervise({ name, command, log, pidFile, heard = () => false }) {
  let child;
  let stopping = false;
  let deaths = 0;
  let begun = 0;
  let last = [];
  let timer;
  let fd = openSync(log, "a", 0o600);
  let written = statSync(log).size;

  const keep = (line) => {
    if (heard(line)) return;
    last = [...last.slice(-19), line];
    if (written > LOG_MAX) {
      closeSync(fd);
      renameSync(log, `${log}.1`);
      fd = openSync(log, "a", 0o600);
      written = 0;
    }
    written += writeSync(fd, `${line}\n`);
  };

  const start = () => {
    const { program, args, options } = command();
    begun = Date.now();
    last = [];
    // A process group of its own: Ctrl-C at the terminal is ours alone, so that we end them in order.
    child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"], detached: true });
    if (pidFile && child.pid) writeFileSync(pidFile, String(child.pid));
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", keep);
    child.on("error", (error) => keep(`${program}: ${error.message}`));
    child.on("close", (code, signal) => {
      child = undefined;
      if (stopping) return;
      // Options that are wrong (EX_CONFIG) do not become right by trying again.
      const hopeless = code === 78;
      deaths = Date.now() - begun > 60_000 ? 1 : deaths + 1;
      say(`${name} ended with ${signal ?? code}${hopeless ? "" : " and is started again"}; its last words:`);
      for (const line of last.slice(-8)) say(`  ${line}`);
      if (hopeless) return exits(code);
      timer = setTimeout(start, Math.min(200 * 2 ** (deaths - 1), 10_000));
    });
  };

  let exits;
  /** resolves when it can't run at all */
  const hopeless = new Promise((resolve) => (exits = resolve));
  start();
  return {
    hopeless,
    pid: () => child?.pid,
    last: () => last,
    /** Ends it: SIGTERM, after 15 seconds SIGKILL. */
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const ending = child;
      if (ending && ending.exitCode === null && ending.signalCode === null) {
        const closed = new Promise((resolve) => ending.once("exit", resolve));
        ending.kill("SIGTERM");
        const late = setTimeout(() => ending.kill("SIGKILL"), GRACE_MS);
        await closed;
        clearTimeout(late);
      }
      closeSync(fd);
      if (pidFile) rmSync(pidFile, { force: true });
    },
  };
}
