import type { Mount } from "../../contract/mounts.ts";
import type { Problem } from "../../contract/errors.ts";

/** A directory of the host that a jail sees, by its fstab or in the mount table. */
export type MountUse = { jail: string; source: string; target: string; readOnly: boolean };

/** What of ours no jail may see: knastd's state, its socket (a jail's root has uid 0), the config, the jails themselves. */
export type OwnPlaces = { jails: string; etc: string; state: string; socket: string };

/** @returns whether one path is the other or lies in it, by whole components */
export const overlap = (a: string, b: string): boolean => holds(a, b) || holds(b, a);
const holds = (outer: string, inner: string): boolean =>
  outer === "/" || inner === outer || inner.startsWith(`${outer}/`);

/** Who writes there is the host's root sooner or later. */
const HOSTS_OWN = [
  ..."/bin /boot /dev /etc /lib /lib64 /libexec /proc /rescue /root /sbin /sys /usr/bin /usr/lib /usr/lib32 /usr/libdata".split(
    " ",
  ),
  ..."/usr/libexec /usr/sbin /usr/share /usr/src /usr/ports /usr/local/bin /usr/local/etc /usr/local/lib".split(" "),
  ..."/usr/local/libexec /usr/local/sbin /usr/local/share /var/at /var/cron /var/db /var/run /run".split(" "),
];
const SECRETS = ["/dev", "/etc", "/proc", "/root", "/sys"];

/** @returns why a directory may be mounted in no jail, whatever its admin says; null when it may */
export function forbiddenSource(source: string, readOnly: boolean, own: OwnPlaces): string | null {
  const near = [own.jails, own.etc, own.state, own.socket].find((path) => overlap(source, path));
  if (near !== undefined) return `${source} holds, or lies in, ${near}, which no jail may see.`;
  const taken = (readOnly ? SECRETS : HOSTS_OWN).find((path) => overlap(source, path));
  if (taken === undefined) return null;
  return readOnly
    ? `${source} holds, or lies in, the host's ${taken}.`
    : `${source} holds, or lies in, the host's ${taken}: who writes there becomes the host's root.`;
}

/**
 * G8 of the threat model: what one jail may write, no other one sees; not above it, not below it.
 * @returns a sentence that names the other jail, null when there is no such one
 */
export function sharedWith(
  mount: Pick<Mount, "source" | "readOnly">,
  jail: string,
  uses: readonly MountUse[],
): string | null {
  for (const use of uses) {
    if (use.jail === jail || !overlap(use.source, mount.source) || (use.readOnly && mount.readOnly)) continue;
    const how = use.readOnly ? "reads" : "writes to";
    return `The jail ${use.jail} ${how} ${use.source}. What one jail writes to, no other one may see.`.slice(0, 500);
  }
  return null;
}

/**
 * Where a jail writes, its root may put a link in the place of any directory, and mount_nullfs(8) follows it at the next start: to
 * the host's own root, if he likes. So nothing is mounted from inside of what the same jail writes to.
 * @param mounts of one jail, those that it will have and those that it has now
 * @returns a sentence, null when neither lies in the other so
 */
export function exchangeable(
  mount: Pick<Mount, "source" | "readOnly">,
  mounts: readonly Pick<MountUse, "source" | "readOnly">[],
): string | null {
  const inside = (outer: Pick<MountUse, "source" | "readOnly">, inner: Pick<MountUse, "source">) =>
    !outer.readOnly && outer.source !== inner.source && holds(outer.source, inner.source);
  const found = mounts.find((one) => inside(one, mount) || inside(mount, one));
  if (!found) return null;
  const [outer, inner] = inside(found, mount) ? [found, mount] : [mount, found];
  return `${inner.source} lies in ${outer.source}, where the jail writes: its root could exchange it for a link. Mount one of them.`;
}

/** The jail would not be one any more without what the skeleton has there. */
const NEEDED = ["/etc", "/usr", "/var", "/usr/local", "/tmp", "/var/run", "/var/log", "/root", "/firstboot"];

/** @returns what is wrong with the places inside the jail, at `mounts.N.target` */
export function targetProblems(mounts: readonly Mount[], files: readonly string[] = []): Problem[] {
  const problems: Problem[] = [];
  for (const [i, { target }] of mounts.entries()) {
    const problem = (message: string) => problems.push({ field: `mounts.${i}.target`, code: "invalid", message });
    const earlier = mounts.slice(0, i).find((other) => overlap(other.target, target));
    if (NEEDED.includes(target)) problem("The jail needs what lies there. Mount it below, or elsewhere.");
    else if (earlier) problem(`This is, or lies in or above, ${earlier.target}, where something is mounted already.`);
    else if (files.some((file) => overlap(file, target)))
      problem("The flavour has files there, which the mount would hide.");
  }
  return problems;
}
