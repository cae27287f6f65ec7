import { chmodSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import type { Io } from "./io.ts";
import { PROGRAMS } from "./programs.ts";
import type { State } from "./state.ts";
import { plainRm } from "./tools/small.ts";

/** Programs that start others which write where they were told to: those run as a process of their own (launch.c knows too). */
const OWN_PROCESS = new Set(["df", "fetch", "freebsd-update", "jail", "service", "zfs"]);

/** `jail -f FILE -e SEPARATOR` only reads. */
const isServed = (name: string, args: readonly string[]): boolean =>
  !OWN_PROCESS.has(name) || (name === "jail" && args.length === 4 && args[2] === "-e");

const MAX_REQUEST = 1024 * 1024;
/** What launch.c has a place for. */
const MAX_BECOME = 65_536;

/**
 * Answers native/launch.c on the socket DIR/run/server, so that a look at the host does not cost the start of a node process. Request: the
 * caller's pid, the program's name and arguments, each closed by a NUL. Answer: frames of a letter (o, e: output; x: exit status), a
 * length of 4 bytes and so many bytes; b: become the machine's program of these arguments, n: do it in a process of your own. The
 * directory is root's alone.
 */
export function serve(state: State): Promise<never> {
  // A short relative name: a path of a socket has 107 bytes at most.
  process.chdir(state.at("run"));
  rmSync("server", { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const chunks: Buffer[] = [];
    let size = 0;
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      size += chunk.length;
      if (size > MAX_REQUEST) socket.destroy();
      else chunks.push(chunk);
    });
    socket.once(
      "end",
      () => void answer(state, socket, Buffer.concat(chunks).toString("utf8").split("\0").slice(0, -1)),
    );
  });
  return new Promise((_, reject) => {
    server.once("error", reject);
    server.listen("server", () => {
      chmodSync("server", 0o600);
      process.chdir("/");
    });
  });
}

async function answer(state: State, socket: Socket, words: string[]): Promise<void> {
  const frame = (letter: string, bytes: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(letter);
    head.writeUInt32LE(bytes.length, 1);
    socket.write(Buffer.concat([head, bytes]));
  };
  const io: Io = { out: (text) => frame("o", Buffer.from(text)), err: (text) => frame("e", Buffer.from(text)) };
  const [caller, name = "", ...args] = words;
  const call = { state, name, args, io, caller: Number(caller) };
  if (name === "rm") {
    const argv = Buffer.from((plainRm(call) ?? []).map((word) => `${word}\0`).join(""));
    if (argv.length && argv.length < MAX_BECOME) frame("b", argv);
    else frame("n", Buffer.alloc(0));
    return void socket.end();
  }
  const program = isServed(name, args) ? PROGRAMS[name] : undefined;
  let status = 1;
  try {
    if (program) status = await program(call);
    else io.err(`devjail: ${name}: not served\n`);
  } catch (error) {
    io.err(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  frame("x", Buffer.from(String(status)));
  socket.end();
}
