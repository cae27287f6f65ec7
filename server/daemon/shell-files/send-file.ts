import type { ServerResponse } from "node:http";
import { KnastError } from "../../contract/errors.ts";
import { InnerPath } from "../../contract/shell-file.ts";
import type { Note } from "../audit/of-reading.ts";
import type { Daemon } from "../daemon.ts";
import { GET_SCRIPT } from "./scripts.ts";
import { foregroundOf, inJail } from "./stand.ts";

const LONGEST = 7 * 24 * 3600_000;
const EVERY = 1000;
/** The jail brings nothing for so long while the reader waits. */
const STALLED = 60_000;

/** @returns the path of a query, as SHELL_GET_PATH has found it; throws KnastError not_found */
export function pathOf(encoded: string): string {
  try {
    return InnerPath.parse(decodeURIComponent(encoded));
  } catch (cause) {
    throw new KnastError("not_found", { cause });
  }
}

/**
 * Streams a regular file of a jail at its reader's pace, as cat(1) inside reads it; its size is not told, as it may grow meanwhile.
 * A file that breaks off breaks the answer off. It ends with the shell. @throws KnastError not_found, too_many, timed_out, disk_full
 */
export async function sendShellFile(
  daemon: Daemon,
  response: ServerResponse,
  { terminal, path, actor, note }: { terminal: string; path: string; actor: string; note: Note },
): Promise<void> {
  const leave = daemon.shellFiles.take(actor);
  const stop = new AbortController();
  let waiting = performance.now();
  let bytes = 0;
  const watch = setInterval(() => {
    const stalled = waiting > 0 && performance.now() - waiting > STALLED;
    if (stalled || !daemon.terminals.find(terminal)?.alive) stop.abort();
  }, EVERY);
  const gone = () => stop.abort();
  response.once("close", gone);
  try {
    const front = await foregroundOf(daemon, terminal);
    const { jail } = daemon.terminals.openShell(terminal);
    const begin = async () => {
      if (response.headersSent) return;
      await note({ what: "shell.get", jail: jail.name, jailId: jail.id ?? null, terminal, object: path });
      response.writeHead(200, { "content-type": "application/octet-stream", connection: "close" });
    };
    const result = await daemon.run("jexec", inJail(front, GET_SCRIPT, [path]), {
      deadline: LONGEST,
      cap: 1024,
      signal: stop.signal,
      take: async (chunk) => {
        if (response.destroyed) throw new KnastError("cancelled");
        await begin();
        bytes += chunk.length;
        waiting = 0;
        if (!response.write(chunk)) await drained(response, stop.signal);
        waiting = performance.now();
      },
    });
    const whole = result.status === 0 && !result.timedOut;
    daemon.log.audit({
      verb: "shell.file-out",
      actor,
      jail: front.jail.name,
      terminal,
      bytes,
      result: whole ? "ok" : "cut",
    });
    if (whole) {
      await begin();
      return void response.end();
    }
    if (result.timedOut && !response.headersSent) throw new KnastError("timed_out");
    if (!response.headersSent)
      throw new KnastError("not_found", { message: "There is no such file in the jail, or it can't be read." });
    response.destroy();
  } finally {
    clearInterval(watch);
    response.off("close", gone);
    leave();
  }
}

/** @throws KnastError cancelled when the reader goes away, or is told to */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  // No event comes any more of what has happened.
  if (response.destroyed || signal.aborted) throw new KnastError("cancelled");
  return new Promise((resolve, reject) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      signal.removeEventListener("abort", done);
      if (response.destroyed || signal.aborted) reject(new KnastError("cancelled"));
      else resolve();
    };
    response.once("drain", done);
    response.once("close", done);
    signal.addEventListener("abort", done, { once: true });
  });
}
