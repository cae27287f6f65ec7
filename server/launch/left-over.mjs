import { existsSync, readFileSync, rmSync } from "node:fs";
import { alive } from "./build.mjs";
import { run, say } from "./progress.mjs";

const GRACE_MS = 15_000;

/**
 * Ends what a start that was killed has left running. On Linux setpriv(1) has the children end with it; FreeBSD has nothing of the
 * kind, and the old knastd would keep its socket, the old knast-web its port.
 * @param file in which supervise() has noted the process
 * @param script the end of the path of what node(1) runs there: a number that is another process's by now is left alone
 */
export async function endLeftOver(file, script, grace = GRACE_MS) {
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (Number.isSafeInteger(pid) && pid > 1 && (await runs(pid, script))) {
    say(`An earlier start has left process ${pid} (${script}); it is ended.`);
    send(pid, "SIGTERM");
    const deadline = Date.now() + grace;
    while (alive(pid) && Date.now() < deadline) await new Promise((next) => setTimeout(next, 50));
    if (alive(pid) && (await runs(pid, script))) send(pid, "SIGKILL");
  }
  rmSync(file, { force: true });
}

async function runs(pid, script) {
  const command = await run("ps", ["-ww", "-o", "command=", "-p", String(pid)]).catch(() => "");
  return command.split(/\s+/).some((word) => word.endsWith(script));
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // gone in between
  }
}
