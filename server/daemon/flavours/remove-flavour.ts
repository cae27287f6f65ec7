import { randomBytes } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import type { Daemon } from "../daemon.ts";
import { look, makeDirectory, move } from "../host/disk.ts";
import { builtIn } from "./built-in.ts";
import { flavourDirectory } from "./stored.ts";

/**
 * flavour.remove: jails that were made with it keep their files. The next start of knastd empties the trash if rm can't.
 * Throws KnastError not_found, forbidden (built in), busy (a jail is being made with it, or it is being saved), disk_full.
 */
export async function removeFlavour(daemon: Daemon, { name }: { name: string }): Promise<Record<string, never>> {
  if (builtIn(name))
    throw new KnastError("forbidden", { message: `The flavour ${name} is built in and can't be removed.` });
  const release = daemon.locks.take({ verb: "flavour.remove", job: null }, [`flavour:${name}`]);
  try {
    const directory = flavourDirectory(daemon, name);
    if (!(await look(directory))) throw new KnastError("not_found");
    const trash = `${daemon.paths.jails}/.trash`;
    const aside = `${trash}/flavour.${randomBytes(16).toString("hex")}`;
    await makeDirectory(trash);
    await move(directory, aside);
    await daemon.run("rm", ["-rfx", aside], { deadline: 60_000 });
    return {};
  } finally {
    release();
  }
}
