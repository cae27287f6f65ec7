import { spawn } from "node:child_process";

/** A process of this very program under another word, joined by messages. */
export type Forked = {
  send(message: object): void;
  /** ends it; nothing happens when it has ended */
  stop(): void;
};

/**
 * Starts this program again as `argv[1] WORD ARGS…`, with an empty environment and nothing open but the channel for messages.
 * @param hear gets each message; what it holds is the caller's to check
 * @param gone called once, when it has ended
 */
export function forkSelf(word: string, args: readonly string[], hear: (m: unknown) => void, gone: () => void): Forked {
  const child = spawn(process.execPath, [process.argv[1]!, word, ...args], {
    env: {} as NodeJS.ProcessEnv,
    cwd: "/",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    gone();
  };
  child.once("error", end);
  child.once("exit", end);
  child.on("message", hear);
  return {
    send: (message) => void (child.connected && child.send(message, () => {})),
    stop: () => void child.kill("SIGKILL"),
  };
}
