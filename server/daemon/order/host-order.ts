import { createHash } from "node:crypto";
import { join } from "node:path";
import type { HostOrder } from "../../contract/order.ts";
import { cyclesOf, rowsOf } from "../conf/depend-order.ts";
import type { Daemon } from "../daemon.ts";
import { startsAtBoot } from "../jails/autostart.ts";
import { dependOf, needsOf } from "../jails/depends.ts";

/** host.order: what rc.d/jail does at boot and at shutdown. */
export async function hostOrder(daemon: Daemon): Promise<HostOrder> {
  const [configured, running, { enabled, list }, atBoot, reverseStop, parallelStart] = await Promise.all([
    daemon.view.configuredNow(),
    daemon.view.runningNow(),
    daemon.view.autostart(),
    startsAtBoot(daemon),
    isSet(daemon, "jail_reverse_stop"),
    isSet(daemon, "jail_parallel_start"),
  ]);
  const names = new Set(configured.map((one) => one.name));
  const up = new Set(running.filter((one) => !one.dying).map((one) => one.name));
  const needs = needsOf(configured);
  const wanted = (list ?? configured.map((one) => one.name))
    .map((name) => name.replaceAll(".", "_"))
    .filter((name) => names.has(name));
  return {
    enabled,
    list,
    reverseStop,
    parallelStart,
    jails: configured.slice(0, 10_000).map((one) => {
      const depend = dependOf(one).slice(0, 100);
      return {
        name: one.name,
        id: one.id,
        running: up.has(one.name),
        atBoot: atBoot(one.name),
        depend,
        absent: depend.filter((name) => !names.has(name)),
      };
    }),
    rows: enabled ? rowsOf(needs, wanted) : [],
    cycles: cyclesOf(needs).slice(0, 100),
    digest: createHash("sha256")
      .update(JSON.stringify([list, reverseStop, parallelStart]))
      .digest("hex"),
  };
}

async function isSet(daemon: Daemon, name: string): Promise<boolean> {
  const result = await daemon.run("sysrc", ["-f", join(daemon.paths.etc, "rc.conf"), "-n", name], { deadline: 20_000 });
  return result.status === 0 && /^(yes|true|on|1)$/i.test(result.stdout.trim());
}
