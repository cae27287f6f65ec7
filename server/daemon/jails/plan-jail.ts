import { KnastError, type Problem } from "../../contract/errors.ts";
import type { JailPlan, JailSpec } from "../../contract/jail.ts";
import { planJail } from "../conf/plan.ts";
import { nameOf, type PlanHost } from "../conf/validate.ts";
import type { Daemon } from "../daemon.ts";
import { look } from "../host/disk.ts";
import { readBase } from "../base/base-record.ts";
import { readNameservers, readSettings } from "../machine/settings.ts";
import { JailName } from "../../contract/names.ts";
import { fstabFile, jailConfFile, jailTree } from "../conf/paths.ts";

/** @returns all that a new jail is checked against, read now; jails that are being created count as configured */
export async function planHost(daemon: Daemon): Promise<PlanHost> {
  const [settings, interfaces, configured, running, base, nameservers] = await Promise.all([
    readSettings(daemon),
    daemon.view.interfacesNow(),
    daemon.view.configuredNow(),
    daemon.view.runningNow(),
    readBase(daemon.options),
    readNameservers(daemon),
  ]);
  return {
    paths: daemon.paths,
    pools: settings.pools,
    interfaces,
    configured: [...configured, ...daemon.reservations.all()],
    running,
    base: base !== null,
    nameservers,
  };
}

/** jail.plan: the two files and the steps of a jail.create, and what is wrong with the wish; does nothing. */
export async function planNewJail(daemon: Daemon, spec: JailSpec, id?: string): Promise<JailPlan> {
  const plan = planJail(spec, await planHost(daemon), id);
  return { ...plan, problems: [...plan.problems, ...(await leftovers(daemon, spec, plan.problems))] };
}

/** A tree or a file without a jail is somebody's: it is never written over and never taken for ours. */
async function leftovers(daemon: Daemon, spec: JailSpec, problems: readonly Problem[]): Promise<Problem[]> {
  const name = nameOf(spec);
  const field = spec.name === undefined ? "hostname" : "name";
  if (!JailName.safeParse(name).success || problems.some((one) => one.field === field && one.code === "exists"))
    return [];
  for (const pathOf of [jailTree, fstabFile, jailConfFile]) {
    const path = pathOf(daemon.paths, name);
    if (await look(path))
      return [{ field, code: "exists", message: `${path} exists already. Move it away or take another name.` }];
  }
  return [];
}

/** @throws KnastError with the plan's problems: their code when they agree, else "invalid" */
export function refuseProblems(problems: Problem[]): void {
  const first = problems[0];
  if (!first) return;
  const alike = problems.every((one) => one.code === first.code);
  throw alike
    ? new KnastError(first.code, { message: first.message, problems })
    : new KnastError("invalid", { problems });
}
