import { KnastError } from "../../contract/errors.ts";
import { type ApprovedLine, parseApproved } from "../conf/approved-mounts.ts";
import { forbiddenSource, type OwnPlaces } from "../conf/mount-rules.ts";
import type { Daemon } from "../daemon.ts";
import { type Found, look, readText } from "../host/disk.ts";

/** Only root on the host edits it: no verb writes it, so who takes over the panel gets no directory of the host. */
export const approvedFile = (daemon: Daemon): string => `${daemon.paths.etc}/knast/mounts`;

export const ownPlaces = ({ paths, options }: Daemon): OwnPlaces => ({
  jails: paths.jails,
  etc: paths.etc,
  state: options.state,
  socket: options.socket,
});

export type Approved = { problem: string | null; lines: ApprovedLine[] };

/** @returns the lines of ETC/knast/mounts; none, and a sentence, when anybody but root could have written it */
export async function readApproved(daemon: Daemon): Promise<Approved> {
  const file = approvedFile(daemon);
  const none = (problem: string | null): Approved => ({ problem, lines: [] });
  const owner = await hostOwner();
  for (const path of [`${daemon.paths.etc}/knast`, file]) {
    const found = await look(path);
    if (found === null) return none(null);
    const kind = path === file ? "file" : "directory";
    if (found.kind !== kind) return none(`${path} is no ${kind}.`);
    if (!owner(found) || (found.mode & 0o022) !== 0)
      return none(`${path} must be root's, and writable for nobody else: chown root ${path}; chmod go-w ${path}`);
  }
  try {
    return { problem: null, lines: parseApproved((await readText(file)) ?? "").slice(0, 500) };
  } catch (error) {
    if (error instanceof KnastError && error.code === "too_large") return none(`${file} is too large.`);
    throw error;
  }
}

/** Root, or whoever the host's root directory belongs to: in a user namespace that is not uid 0. */
async function hostOwner(): Promise<(found: Found) => boolean> {
  const top = await look("/");
  return ({ uid }) => uid === 0 || uid === top?.uid;
}

/**
 * Looks at every directory on the way to a source: nobody but root may be able to exchange one, and none is a link.
 * @returns a sentence, null when it can be mounted
 */
export async function sourceProblem(daemon: Daemon, source: string, readOnly: boolean): Promise<string | null> {
  if (!/^(\/[^/]+)+$/.test(source)) return "Write it without a slash at its end and without doubled ones.";
  const forbidden = forbiddenSource(source, readOnly, ownPlaces(daemon));
  if (forbidden) return forbidden;
  const owner = await hostOwner();
  const parts = source.split("/").slice(1);
  let path = "";
  // In a directory like /tmp everybody may exchange what is his own.
  let shared = false;
  for (const [i, part] of parts.entries()) {
    path = `${path}/${part}`;
    const found = await look(path);
    if (found === null) return `The host has no ${path}.`;
    if (found.kind === "link") return `${path} is a symbolic link. Approve the directory that it leads to.`;
    if (found.kind !== "directory") return `${path} is no directory.`;
    if (shared && !owner(found)) return `${path} is not root's, and its owner can exchange it for a link.`;
    const sticky = (found.mode & 0o1000) !== 0;
    shared = (found.mode & 0o022) !== 0;
    if (i < parts.length - 1 && (!owner(found) || (shared && !sticky)))
      return `${path} can be changed by others than root, so what lies in it can be exchanged.`;
  }
  return null;
}
