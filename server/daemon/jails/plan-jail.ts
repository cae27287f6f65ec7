import { KnastError, type Problem } from "../../contract/errors.ts";
import type { JailPlan, JailSpec } from "../../contract/jail.ts";
import { planJail } from "../conf/plan.ts";
import { nameOf, type PlanHost } from "../conf/validate.ts";
import { unitsIn } from "../conf/vnet.ts";
import type { Flavour } from "../../contract/flavour.ts";
import type { Daemon } from "../daemon.ts";
import { findFlavour } from "../flavours/stored.ts";
import { look } from "../host/disk.ts";
import { readBase } from "../base/base-record.ts";
import { knownJails, runningWithVnet } from "./known-jails.ts";
import { mountProblems } from "../mounts/check-mounts.ts";
import { readNameservers, readSettings } from "../machine/settings.ts";
import { JailName } from "../../contract/names.ts";
import { fstabFile, jailConfFile, jailTree } from "../conf/paths.ts";

/** @returns all that a new jail is checked against, read now; jails that are being created count as configured */
export async function planHost(daemon: Daemon, wanted = "basejail"): Promise<PlanHost> {
  const [settings, interfaces, configured, known, running, base, nameservers] = await Promise.all([
    readSettings(daemon),
    daemon.view.interfacesNow(),
    daemon.view.configuredNow(),
    knownJails(daemon),
    runningWithVnet(daemon),
    readBase(daemon.options, wanted),
    readNameservers(daemon),
  ]);
  return {
    paths: daemon.paths,
    pools: settings.pools,
    interfaces,
    units: unitsIn(
      interfaces,
      configured.map((one) => one.params),
    ),
    configured: known,
    running,
    base: base !== null,
    nameservers,
  };
}

/** jail.plan: the two files and the steps of a jail.create, and what is wrong with the wish; does nothing. */
export async function planNewJail(daemon: Daemon, spec: JailSpec, id?: string): Promise<JailPlan> {
  const wished = await flavourOf(daemon, spec.flavour);
  const plan = planJail(spec, { ...(await planHost(daemon, spec.base)), flavour: wished.flavour }, id);
  const files = wished.flavour?.files.map((file) => file.path) ?? [];
  const more = await Promise.all([
    leftovers(daemon, spec, plan.problems),
    mountProblems(daemon, nameOf(spec), spec.mounts, { files }),
  ]);
  return { ...plan, problems: [...plan.problems, ...wished.problems, ...more.flat()].slice(0, 50) };
}

async function flavourOf(
  daemon: Daemon,
  name: string | null,
): Promise<{ flavour: Flavour | null; problems: Problem[] }> {
  if (name === null) return { flavour: null, problems: [] };
  try {
    return { flavour: await findFlavour(daemon, name), problems: [] };
  } catch (error) {
    if (!(error instanceof KnastError) || !["not_found", "invalid"].includes(error.code)) throw error;
    const missing = error.code === "not_found";
    const message = missing ? `There is no flavour ${name}.` : error.message;
    return { flavour: null, problems: [{ field: "flavour", code: error.code, message }] };
  }
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
