import { KnastError } from "../../contract/errors.ts";
import type { Daemon } from "../daemon.ts";
import { realPath } from "../host/disk.ts";

/** @returns whether a path is `parent` or lies below it, by whole components; the root holds everything */
export const isWithin = (path: string, parent: string): boolean =>
  `${path}/`.startsWith(`${parent.replace(/\/+$/, "")}/`);

/** @returns a jail's directory without links; as it is written where links go in a circle, as another jail's root could make them */
export const placeOf = (jail: { path: string }): Promise<string> => realPath(jail.path).catch(() => jail.path);

/**
 * A hand-made config may name any directory as a jail's path. From here none is started whose directory is the host's, is one of ours that
 * is no jail, is another jail's that runs, or lies where another jail's root can exchange it for a link.
 * @param path without links; "" for the host's root
 * @throws KnastError broken
 */
export async function checkPlace(daemon: Daemon, name: string, path: string): Promise<void> {
  const refuse = (message: string): never => {
    throw new KnastError("broken", { message: message.slice(0, 500) });
  };
  const { jails } = daemon.paths;
  if (path === "" || path === "/") refuse("This jail's directory is the host's own root.");
  if (isWithin(jails, path)) refuse("This jail's directory is the one in which all jails are.");
  for (const own of ["basejail", "newjail", "flavours", ".new", ".trash", ".archives"])
    if (isWithin(path, `${jails}/${own}`)) refuse(`This jail's directory is in ${jails}/${own}, which is no jail's.`);
  if (path.startsWith(`${jails}/`) && /^(basejail|newjail)-/.test(path.slice(jails.length + 1)))
    refuse(`This jail's directory is in a base, which is no jail's.`);
  const [configured, running] = await Promise.all([daemon.view.configuredNow(), daemon.view.runningNow()]);
  for (const other of running)
    if (other.name !== name && !other.dying && (await placeOf(other)) === path)
      refuse(`The running jail ${other.name} has the same directory as this one.`);
  for (const other of [...configured, ...running]) {
    if (other.name === name || !other.path.startsWith("/")) continue;
    const around = await placeOf(other);
    // Who has the host's root, or all jails in his own, is no stranger to keep out.
    if (isWithin(jails, around) || around === path || !isWithin(path, around)) continue;
    refuse(`This jail's directory is inside the jail ${other.name}, whose root can do with it what he likes.`);
  }
}
