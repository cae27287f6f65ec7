import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Client } from "./client.ts";
import type { Command, Typed } from "./command.ts";
import { checked, readConfig, removeConfig, writeConfig } from "./config.ts";
import { CliFailure, EXIT } from "./failure.ts";
import { facts } from "./print.ts";

/** Asks without showing what is typed; without a terminal the first line of standard input is it. */
async function askToken(): Promise<string> {
  const { stdin, stderr } = process;
  if (stdin.isTTY) stderr.write("Token (made at /you/tokens, it is not shown): ");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY === true });
  try {
    for await (const line of lines) return line.trim();
    return "";
  } finally {
    lines.close();
    if (stdin.isTTY) stderr.write("\n");
  }
}

async function login(to: Typed): Promise<number> {
  const config = checked({ url: to.args[0]!, token: await askToken(), plainHttp: to.flag("plain-http") });
  const me = await new Client(config).call("me.show", {});
  const file = await writeConfig(config);
  to.say(me, `You are ${me.name} at ${config.url}. The token is in ${file}.`);
  return EXIT.done;
}

async function logout(to: Typed): Promise<number> {
  const client = new Client(await readConfig(to.flag("plain-http")));
  try {
    const { token } = await client.call("me.show", {});
    await client.call("tokens.end", { token: token.id });
  } catch (error) {
    // One that is no good any more is as good as ended.
    if (!(error instanceof CliFailure) || error.exit !== EXIT.token) throw error;
  }
  await removeConfig();
  to.say({}, "The token has ended, here and at the panel.");
  return EXIT.done;
}

async function whoami(to: Typed): Promise<number> {
  const { name, role, token } = await (await to.client()).call("me.show", {});
  const lines = facts([
    ["account", name],
    ["role", role],
    ["token may", token.admin ? "everything, as an admin" : token.rights.join(" ")],
    ["on", token.jails === null ? "all jails" : `${token.jails.length} jails`],
  ]);
  to.say({ name, role, token }, lines);
  return EXIT.done;
}

export const ACCOUNT_COMMANDS: Command[] = [
  {
    words: "login",
    usage: "URL",
    summary: "ask for a token and keep it, readable for you only",
    takes: [1, 1],
    run: login,
  },
  { words: "logout", usage: "", summary: "end the token and forget it", takes: [0, 0], run: logout },
  { words: "whoami", usage: "", summary: "who you are, and what the token may", takes: [0, 0], run: whoami },
];
