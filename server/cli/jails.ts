import type { ApiInput } from "../contract/api/table.ts";
import type { Client } from "./client.ts";
import type { Command, Typed } from "./command.ts";
import { CliFailure, EXIT, usage } from "./failure.ts";
import { begun, WAIT } from "./follow.ts";
import { textOf } from "./input.ts";
import { bytes, facts, plain, table } from "./print.ts";

type Power = "jails.start" | "jails.stop" | "jails.restart";

const power = (verb: string, operation: Power, summary: string): Command => ({
  words: `jails ${verb}`,
  usage: "NAME [--no-wait]",
  summary,
  options: WAIT,
  takes: [1, 1],
  run: async (to) => {
    const client = await to.client();
    return begun(to, client, await client.call(operation, { name: to.args[0]! }));
  },
});

async function list(to: Typed): Promise<number> {
  const { jails } = await (await to.client()).call("jails.list", {});
  const rows = jails.map((jail) => [
    jail.name,
    jail.state,
    jail.hostname,
    jail.addresses.join(" "),
    jail.processes,
    bytes(jail.rssBytes),
    jail.owners.map((owner) => owner.name).join(" "),
  ]);
  to.say(jails, table(["NAME", "STATE", "HOST NAME", "ADDRESSES", "PROCESSES", "MEMORY", "OWNERS"], rows));
  return EXIT.done;
}

async function show(to: Typed): Promise<number> {
  const jail = await (await to.client()).call("jails.show", { name: to.args[0]! });
  const lines = facts([
    ["name", jail.name],
    ["state", jail.problem ? `${jail.state}: ${jail.problem}` : jail.state],
    ["host name", jail.hostname],
    ["addresses", jail.addresses.join(" ")],
    ["jid", jail.jid],
    ["running since", jail.runningSince],
    ["path", jail.path],
    ["base", jail.base],
    ["starts at boot", jail.autostart ? "yes" : "no"],
    ["owners", jail.owners.map((owner) => owner.name).join(" ")],
    ["your rights", jail.rights.join(" ")],
  ]);
  to.say(jail, to.flag("config") ? (jail.config?.text ?? "").split("\n").map(plain).join("\n") : lines);
  return EXIT.done;
}

async function create(to: Typed): Promise<number> {
  const client = await to.client();
  const file = to.text("file");
  const from = file === undefined ? {} : ((await jsonOf(file)) as object);
  const owner = to.text("owner");
  const hostname = to.args[0];
  if (!hostname && !file) throw usage("knast jails create HOSTNAME, or --file with a JSON object as in docs/api.md");
  const given = {
    ...(hostname ? { hostname } : {}),
    ...Object.fromEntries(
      ["name", "interface", "base", "flavour", "network"].flatMap((key) => {
        const text = to.text(key);
        return text === undefined ? [] : [[key, text]];
      }),
    ),
    ...Object.fromEntries(
      ["ip4", "ip6", "depend"].flatMap((key) => (to.texts(key).length > 0 ? [[key, to.texts(key)]] : [])),
    ),
    ...(to.flag("no-autostart") ? { autostart: false } : {}),
    ...(owner ? { owner: await accountOf(client, owner) } : {}),
  };
  const spec = { owner: null, ...from, ...given } as ApiInput<"jails.create">;
  spec.interface ??= await onlyInterface(client);
  return begun(to, client, await client.call("jails.create", spec, to.text("key")));
}

/** @returns the interface of the pools when there is just one. @throws CliFailure */
async function onlyInterface(client: Client): Promise<string> {
  const { pools } = await client.call("host.show", {});
  const names = [...new Set(pools.map((pool) => pool.interface))];
  if (names.length !== 1) throw usage(`Say --interface: the pools have ${names.join(", ") || "none"}.`);
  return names[0]!;
}

/** @returns the id of an account. @throws CliFailure */
export async function accountOf(client: Client, name: string): Promise<string> {
  const { accounts } = await client.call("accounts.list", {});
  const found = accounts.find((account) => account.name === name);
  if (!found) throw new CliFailure(`There is no account ${plain(name)}.`, EXIT.absent);
  return found.id;
}

async function jsonOf(path: string): Promise<unknown> {
  const text = await textOf(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new CliFailure(`${path} is not JSON.`);
  }
}

async function destroy(to: Typed): Promise<number> {
  const name = to.args[0]!;
  if (to.text("confirm") !== name) throw usage(`This can't be undone. Repeat the name: --confirm ${plain(name)}`);
  const client = await to.client();
  return begun(to, client, await client.call("jails.destroy", { name, confirm: name }));
}

const text = { type: "string" } as const;
const several = { type: "string", multiple: true } as const;

export const JAIL_COMMANDS: Command[] = [
  { words: "jails list", usage: "", summary: "the jails that you may see", takes: [0, 0], run: list },
  {
    words: "jails show",
    usage: "NAME [--config]",
    summary: "one of them, or its config file",
    options: { config: { type: "boolean" } },
    takes: [1, 1],
    run: show,
  },
  power("start", "jails.start", "start it"),
  power("stop", "jails.stop", "stop it"),
  power("restart", "jails.restart", "stop it and start it"),
  {
    words: "jails create",
    usage:
      "HOSTNAME [--interface IF] [--ip4 A]… [--ip6 A]… [--name N] [--owner ACCOUNT] [--base B] [--flavour F] [--network N] [--depend J]… [--no-autostart] [--file SPEC.json] [--key KEY] [--no-wait]",
    summary: "make a jail; the same --key makes it once",
    options: {
      ...WAIT,
      interface: text,
      name: text,
      owner: text,
      base: text,
      flavour: text,
      network: text,
      file: text,
      key: text,
      ip4: several,
      ip6: several,
      depend: several,
      "no-autostart": { type: "boolean" },
    },
    takes: [0, 1],
    run: create,
  },
  {
    words: "jails destroy",
    usage: "NAME --confirm NAME [--no-wait]",
    summary: "destroy a stopped jail for good",
    options: { ...WAIT, confirm: text },
    takes: [1, 1],
    run: destroy,
  },
];
