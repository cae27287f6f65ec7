import { setTimeout as later } from "node:timers/promises";
import type { Client } from "./client.ts";
import type { Command, Typed } from "./command.ts";
import { CliFailure, EXIT, usage } from "./failure.ts";
import { table } from "./print.ts";
import { Attachment, type End, type Screen } from "./terminal.ts";

/** Ends modes that a program in the shell may have left on: other screen, mouse, pasting, hidden cursor. */
const LEAVE = "\x1b[?1049l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1l\x1b>\x1b[?25h\x1b[0m";
const TRIES = 30;
const CTRL = /^\^([A-Z[\]\\^_])$/;

/** @returns the byte of ^] and the like. @throws CliFailure */
function keyOf(text: string): number {
  const match = CTRL.exec(text.toUpperCase());
  if (!match) throw usage("A detach key is written like ^] or ^T.");
  return match[1]!.charCodeAt(0) & 0x1f;
}

const screen: Screen = {
  write: (bytes, drawn) => void process.stdout.write(bytes, () => drawn()),
  clear: () => void process.stdout.write("\x1b[!p\x1b[2J\x1b[H"),
  say: (line) => void process.stderr.write(`\r\nknast: ${line}\r\n`),
  size: () => {
    const { columns, rows, isTTY } = process.stdout;
    return isTTY && columns >= 2 && rows >= 1 ? { cols: Math.min(columns, 1000), rows: Math.min(rows, 1000) } : null;
  },
};

async function shell(to: Typed): Promise<number> {
  const client = await to.client();
  const attach = to.text("attach");
  const key = keyOf(to.text("detach-key") ?? "^]");
  if ((attach === undefined) === (to.args[0] === undefined))
    throw usage("knast shell JAIL, or knast shell --attach ID");
  const terminal = attach ?? (await client.call("shells.open", { name: to.args[0]!, ...screen.size() })).terminal;
  const raw = process.stdin.isTTY === true;
  if (raw) {
    process.stdin.setRawMode(true);
    process.stderr.write(`${to.text("detach-key") ?? "^]"} leaves the shell, which goes on.\r\n`);
  }
  let end: End | "detached";
  try {
    // Of a new shell all is still to be seen, from its first byte on.
    end = await stay(client, terminal, attach === undefined ? 0 : null, raw ? key : null);
  } finally {
    if (raw) {
      process.stdin.setRawMode(false);
      process.stdout.write(LEAVE);
    }
    process.stdin.destroy();
  }
  if (end === "detached") {
    process.stderr.write(`\r\nThe shell goes on: knast shell --attach ${terminal}\n`);
    return EXIT.done;
  }
  if (end.kind === "lost") throw lost(end);
  if (end.reason !== "exited") throw new CliFailure(`The shell was ended: ${end.reason}.`);
  return end.status ?? EXIT.failed;
}

const lost = ({ why, http }: Extract<End, { kind: "lost" }>): CliFailure =>
  http === 401
    ? new CliFailure("The token is no good any more.", EXIT.token)
    : http === 404
      ? new CliFailure("There is no such shell here.", EXIT.absent)
      : new CliFailure(`The shell can't be reached: ${http ?? why}`, EXIT.unreachable);

/** Types and draws until the shell ends or the person leaves; a line that breaks is taken up again where it was. */
function stay(client: Client, terminal: string, begin: number | null, key: number | null): Promise<End | "detached"> {
  return new Promise((resolve) => {
    let left = TRIES;
    let over = false;
    let now: Attachment;
    const { stdin, stdout } = process;
    const onResize = () => now.resize();
    const finish = (end: End | "detached") => {
      if (over) return;
      over = true;
      stdin.off("data", onData);
      stdout.off("resize", onResize);
      resolve(end);
    };
    const connect = (from: number | null) => {
      now = new Attachment(client.config, terminal, from, screen, (end) => {
        if (over) return;
        // What was refused stays so; 503 is a daemon that may come back.
        if (end.kind === "exit" || (end.http !== null && end.http !== 503) || --left <= 0) return finish(end);
        const { received } = now;
        if (received !== from) left = TRIES;
        void later(1000).then(() => over || connect(received));
      });
    };
    const onData = (bytes: Buffer) => {
      const at = key === null ? -1 : bytes.indexOf(key);
      if (at < 0) return now.type(bytes);
      if (at > 0) now.type(bytes.subarray(0, at));
      now.close();
      finish("detached");
    };
    connect(begin);
    stdin.on("data", onData);
    // Without a terminal the end of what is typed is ^D, as a person would end it.
    stdin.once("end", () => over || now.type(Buffer.from([4])));
    stdout.on("resize", onResize);
  });
}

const text = { type: "string" } as const;

export const SHELL_COMMANDS: Command[] = [
  {
    words: "shell",
    usage: "JAIL | --attach ID [--detach-key ^]]",
    summary: "a shell in a jail; ends with the shell's status",
    options: { attach: text, "detach-key": text },
    takes: [0, 1],
    run: shell,
  },
  {
    words: "shells list",
    usage: "",
    summary: "your open shells",
    takes: [0, 0],
    run: async (to) => {
      const { shells } = await (await to.client()).call("shells.list", {});
      const rows = shells.map((one) => [one.terminal, one.jail, one.shell, one.viewers, one.startedAt]);
      to.say(shells, table(["ID", "JAIL", "SHELL", "VIEWERS", "SINCE"], rows));
      return EXIT.done;
    },
  },
  {
    words: "shells close",
    usage: "ID",
    summary: "end a shell",
    takes: [1, 1],
    run: async (to) => {
      await (await to.client()).call("shells.close", { terminal: to.args[0]! });
      return EXIT.done;
    },
  },
];
