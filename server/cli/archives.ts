import type { ApiInput } from "../contract/api/table.ts";
import { requestOf } from "../contract/api/request.ts";
import { API } from "../contract/api/table.ts";
import type { Command, Typed } from "./command.ts";
import { EXIT } from "./failure.ts";
import { getFile, putFile } from "./files.ts";
import { begun, WAIT } from "./follow.ts";
import { bytes, table } from "./print.ts";

async function list(to: Typed): Promise<number> {
  const client = await to.client();
  const name = to.args[0];
  const { archives } = name ? await client.call("jails.archives", { name }) : await client.call("archives.list", {});
  const rows = archives.map(({ archive, bytes: size, manifest }) => [
    archive,
    bytes(size),
    manifest?.name,
    manifest?.createdAt,
    manifest ? (manifest.running ? "while it ran" : "stopped") : "can't be read",
  ]);
  to.say(archives, table(["ARCHIVE", "SIZE", "JAIL", "MADE", "TAKEN"], rows));
  return EXIT.done;
}

async function get(to: Typed): Promise<number> {
  const archive = to.args[0]!;
  const { path } = requestOf(API["archives.download"], { archive });
  const file = to.text("output") ?? archive;
  const size = await getFile(await to.client(), path, file);
  if (file !== "-") to.say({ file, bytes: size }, `${file}: ${bytes(size)}`);
  return EXIT.done;
}

async function put(to: Typed): Promise<number> {
  const client = await to.client();
  const upload = await putFile(client, to.args[0]!);
  return begun(to, client, await client.call("archives.take-in", { upload }));
}

async function restore(to: Typed): Promise<number> {
  const client = await to.client();
  const as: ApiInput<"archives.restore">["as"] = {
    ...(to.text("name") ? { name: to.text("name") } : {}),
    ...(to.text("hostname") ? { hostname: to.text("hostname") } : {}),
    ...(to.text("interface") ? { interface: to.text("interface") } : {}),
    ...(to.text("base") ? { base: to.text("base") } : {}),
    ...(to.texts("ip4").length > 0 ? { ip4: to.texts("ip4") } : {}),
    ...(to.texts("ip6").length > 0 ? { ip6: to.texts("ip6") } : {}),
  };
  return begun(to, client, await client.call("archives.restore", { archive: to.args[0]!, as }, to.text("key")));
}

const text = { type: "string" } as const;
const several = { type: "string", multiple: true } as const;

export const ARCHIVE_COMMANDS: Command[] = [
  { words: "archives list", usage: "[JAIL]", summary: "archives of a jail, or all", takes: [0, 1], run: list },
  {
    words: "archives create",
    usage: "JAIL [--key KEY] [--no-wait]",
    summary: "archive a jail",
    options: { ...WAIT, key: text },
    takes: [1, 1],
    run: async (to) => {
      const client = await to.client();
      return begun(to, client, await client.call("jails.archive", { name: to.args[0]! }, to.text("key")));
    },
  },
  {
    words: "archives get",
    usage: "ARCHIVE [--output FILE]",
    summary: "download it; one that broke off goes on where it was; - is standard output",
    options: { output: { type: "string", short: "o" } },
    takes: [1, 1],
    run: get,
  },
  {
    words: "archives put",
    usage: "FILE [--no-wait]",
    summary: "send an archive to the host",
    options: WAIT,
    takes: [1, 1],
    run: put,
  },
  {
    words: "archives restore",
    usage:
      "ARCHIVE [--name N] [--hostname H] [--interface IF] [--ip4 A]… [--ip6 A]… [--base B] [--key KEY] [--no-wait]",
    summary: "make a jail of it",
    options: {
      ...WAIT,
      name: text,
      hostname: text,
      interface: text,
      base: text,
      key: text,
      ip4: several,
      ip6: several,
    },
    takes: [1, 1],
    run: restore,
  },
];
