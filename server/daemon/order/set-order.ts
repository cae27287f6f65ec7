import { join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import type { HostOrder, SetOrder } from "../../contract/order.ts";
import type { Daemon } from "../daemon.ts";
import { hostOrder } from "./host-order.ts";

/** What jail_list can name, as rc.conf is a shell script; a dot in it is read as "_". */
const LISTABLE = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * host.set-order: the order of jail_list, by sysrc(8); which jails start at boot stays as it is.
 * Throws KnastError changed, invalid (other names than before, or one that jail_list can't hold), disk_full, internal.
 */
export function setOrder(daemon: Daemon, wish: SetOrder): Promise<HostOrder> {
  return daemon.edits.run(async () => {
    const now = await hostOrder(daemon);
    if (now.digest !== wish.digest) throw new KnastError("changed");
    const names = now.list ?? now.jails.map((one) => one.name);
    const same = names.toSorted().join("\n") === wish.list.toSorted().join("\n");
    if (!same)
      throw invalid(
        "These are not the names that jail_list has. Whether a jail starts at boot is set in its settings.",
      );
    const odd = wish.list.find((name) => !LISTABLE.test(name));
    const moved = names.some((name, i) => name !== wish.list[i]);
    if (moved && odd !== undefined) throw invalid(`jail_list can't name the jail ${odd}. Rename it first.`);
    // Without jail_enable no jail starts: a list that was not set would then keep none from it, so all stays as it is.
    if (moved) await assign(daemon, `jail_list=${wish.list.join(" ")}`);
    if (wish.reverseStop !== now.reverseStop)
      await assign(daemon, `jail_reverse_stop=${wish.reverseStop ? "YES" : "NO"}`);
    if (wish.parallelStart !== now.parallelStart)
      await assign(daemon, `jail_parallel_start=${wish.parallelStart ? "YES" : "NO"}`);
    daemon.view.forget();
    return hostOrder(daemon);
  });
}

const invalid = (message: string): KnastError =>
  new KnastError("invalid", {
    message,
    problems: [{ field: "list", code: "invalid", message: message.slice(0, 500) }],
  });

async function assign(daemon: Daemon, assignment: string): Promise<void> {
  const result = await daemon.run("sysrc", ["-f", join(daemon.paths.etc, "rc.conf"), assignment], { deadline: 30_000 });
  if (result.status === 0) return;
  const full = /No space left on device/.test(result.stderr);
  throw new KnastError(full ? "disk_full" : "internal", { cause: result.stderr.slice(0, 500) });
}
