import { lookup } from "node:dns/promises";
import { createServer, type Socket } from "node:net";
import { z } from "zod";
import { canonicalAddress } from "../../contract/ip.ts";
import { MAX_REQUEST, parsePingRequest } from "../conf/jailping.ts";

/** nobody of FreeBSD and of Linux. */
const NOBODY = 65_534;
const PORT = 79;
const REQUEST_TIMEOUT = 5000;
const LIFE = 30_000;
const MAX_CONNECTIONS = 32;

/** What the child asks of knastd: a place for a source before it reads a byte, then four pings to one address. */
export const FromChild = z.discriminatedUnion("ask", [
  z.strictObject({ ask: z.literal("listening") }),
  z.strictObject({ ask: z.literal("may"), id: z.int(), source: z.string().max(64) }),
  z.strictObject({ ask: z.literal("ping"), id: z.int(), address: z.string().max(64) }),
  z.strictObject({ ask: z.literal("over"), id: z.int() }),
]);
export type FromChild = z.infer<typeof FromChild>;
export type ToChild = { id: number; may?: boolean; text?: string };

/**
 * `knastd jailping ADDRESS`: listens at port 79, becomes nobody, and only then reads what jails send. It runs no program and
 * opens no file; what it may do with an address knastd decides anew.
 */
export function jailpingChild(address: string): void {
  const waiting = new Map<number, (answer: ToChild) => void>();
  let last = 0;
  const ask = (message: FromChild) => process.send?.(message, undefined, {}, () => {});
  const answerTo = (message: Extract<FromChild, { ask: "may" | "ping" }>) =>
    new Promise<ToChild>((resolve) => {
      waiting.set(message.id, resolve);
      ask(message);
    });
  process.on("message", (answer: ToChild) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  process.on("disconnect", () => process.exit(0));

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const id = ++last;
    socket.on("error", () => socket.destroy());
    socket.setTimeout(LIFE, () => socket.destroy());
    socket.once("close", () => {
      waiting.delete(id);
      ask({ ask: "over", id });
    });
    serve(socket, id).catch(() => socket.destroy());
  });
  const serve = async (socket: Socket, id: number): Promise<void> => {
    const source = canonicalAddress(socket.remoteAddress ?? "") ?? "";
    // Who is no running jail learns nothing, not even that somebody is here.
    if (!(await answerTo({ ask: "may", id, source })).may) return void socket.destroy();
    const line = await readLine(socket);
    const target = line === null ? null : parsePingRequest(line);
    if (target === null) return void socket.end("jailping: give one host name or address\r\n");
    const found = target.kind === "address" ? target.value : await resolve(target.value);
    if (found === null) return void socket.end("jailping: there is no such host\r\n");
    const { text } = await answerTo({ ask: "ping", id, address: found });
    socket.end(text ?? "");
  };
  server.maxConnections = MAX_CONNECTIONS;
  server.on("error", () => process.exit(1));
  server.listen({ host: address, port: PORT }, () => {
    process.setgroups?.([]);
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
    if (process.getuid?.() !== NOBODY) process.exit(1);
    ask({ ask: "listening" });
  });
}

async function resolve(name: string): Promise<string | null> {
  const found = await lookup(name, { verbatim: true }).catch(() => null);
  return found === null ? null : canonicalAddress(found.address);
}

/** @returns the first line without its end; null when it is too long, late, or no line at all */
function readLine(socket: Socket): Promise<string | null> {
  return new Promise((done) => {
    let text = "";
    const timer = setTimeout(() => done(null), REQUEST_TIMEOUT);
    const finish = (line: string | null) => {
      clearTimeout(timer);
      socket.removeAllListeners("data");
      socket.resume();
      done(line);
    };
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const end = text.indexOf("\n");
      if (end >= 0) finish(text.slice(0, end).replace(/\r$/, ""));
      else if (text.length > MAX_REQUEST + 2) finish(null);
    });
    socket.once("end", () => finish(null));
  });
}
