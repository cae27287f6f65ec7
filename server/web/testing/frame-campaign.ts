import { connect, type Socket } from "node:net";
import { poll } from "../../daemon/testing/poll.ts";
import type { Chooser } from "../../daemon/testing/random.ts";
import { SUBPROTOCOL } from "../../contract/terminal.ts";
import { BAD_FRAMES, frame } from "./malformed.ts";

const CLOSE = 0x88;

/** Whether a frame of this first byte is among what came after the head of the answer (RFC 6455 5.2). */
function holdsFrame(bytes: Buffer, first: number): boolean {
  const head = bytes.indexOf("\r\n\r\n");
  let at = head < 0 ? bytes.length : head + 4;
  while (at + 2 <= bytes.length) {
    if (bytes[at] === first) return true;
    const short = bytes[at + 1]! & 0x7f;
    if (short < 126) at += 2 + short;
    else if (short === 126) at += 4 + (at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 0);
    else at += 10 + (at + 10 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 2)) : 0);
  }
  return false;
}

/**
 * Upgrades a connection, sends frames of which one is wrong, and waits until the other side has said goodbye or hung up.
 * @param open connects: to knastd's socket, or to knast-web
 * @param lines of the upgrade
 */
export function badFrames(open: () => Socket, lines: readonly string[], choose: Chooser): Promise<"closed" | string> {
  const { pick, below, random } = choose;
  const before = Array.from({ length: below(3) }, () => frame(1, Buffer.from('{"t":"ack","offset":0}')));
  const bytes = Buffer.concat([...before, pick(BAD_FRAMES)(choose)]);
  return new Promise((resolve) => {
    const socket = open();
    let got = Buffer.alloc(0);
    let sent = false;
    const end = (how: string) => {
      socket.destroy();
      resolve(how);
    };
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    socket.on("data", (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (!sent && got.includes("\r\n\r\n")) {
        if (!got.subarray(0, 12).toString().endsWith("101")) return end(got.subarray(0, 40).toString());
        sent = true;
        // In two pieces now and then: a frame is whole when it is whole.
        const at = random() < 0.3 ? below(bytes.length) : bytes.length;
        socket.write(bytes.subarray(0, at));
        setImmediate(() => socket.writable && socket.write(bytes.subarray(at)));
      }
      if (holdsFrame(got, CLOSE)) end("closed");
    });
    socket.once("error", () => end(sent ? "closed" : "error"));
    socket.once("close", () => end(sent ? "closed" : "hung up"));
    socket.setTimeout(20_000, () => end(`still open after ${bytes.subarray(0, 40).toString("hex")}`));
  });
}

export const upgradeTo = (path: string, more: readonly string[] = []): string[] => [
  `GET ${path} HTTP/1.1`,
  "Host: knastd",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
  ...more,
];

/** Runs it so often, at most two at a time for each of the shells, as only four may look at one. @returns whatever was not closed */
export async function campaign(size: number, shells: readonly string[], one: (shell: string) => Promise<string>) {
  const wrong: string[] = [];
  let next = 0;
  const worker = async (shell: string) => {
    while (next++ < size) {
      const how = await one(shell);
      if (how !== "closed") wrong.push(how);
    }
  };
  await Promise.all([...shells, ...shells].map(worker));
  return wrong;
}

/** Waits until a process has no more memory than so many MiB over what it had. @returns how many it has */
export async function settled(base: number, most: number, resident: () => number): Promise<number> {
  const grown = () => Math.round((resident() - base) / 2 ** 20);
  await poll("memory is back", () => grown() < most, 30_000);
  return grown();
}

export const connectTo = (where: string | number): Socket =>
  typeof where === "string" ? connect(where) : connect(where, "127.0.0.1");
