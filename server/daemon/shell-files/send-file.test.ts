import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import type { Daemon } from "../daemon.ts";
import { sendShellFile } from "./send-file.ts";

test("a reader who goes away while it is written down that he reads is not waited for", async () => {
  let left = false;
  const daemon = {
    shellFiles: { take: () => () => void (left = true) },
    terminals: {
      find: () => ({ alive: true }),
      openShell: () => ({ jail: { name: "a", jid: 3, id: null }, account: "root", tty: "pts/3", pid: 1 }),
    },
    log: { audit: () => {} },
    run: (program: string, _args: unknown, options: { take?: (chunk: Buffer) => Promise<void> } = {}) =>
      program === "jexec" ? options.take!(Buffer.from("x")) : Promise.resolve({ status: 0, stdout: "1 1 1 3 0\n" }),
  } as unknown as Daemon;
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const note = async () => void response.destroy();
  const sent = sendShellFile(daemon, response, { terminal: "t", path: "/f", actor: "anna", note });
  await expect(sent).rejects.toMatchObject({ code: "cancelled" });
  expect(left).toBe(true);
});
