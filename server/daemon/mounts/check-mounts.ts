import type { Problem } from "../../contract/errors.ts";
import type { Mount } from "../../contract/mounts.ts";
import type { FstabMount } from "../conf/edit-fstab.ts";
import { exchangeable, sharedWith, targetProblems } from "../conf/mount-rules.ts";
import type { Daemon } from "../daemon.ts";
import { isWithin } from "../jails/check-place.ts";
import { readApproved, sourceProblem } from "./approved.ts";
import { mountUses } from "./uses.ts";

/**
 * @param jail whose mounts they will be; its present ones conflict with nothing
 * @param kept lines of its fstab that stay as they are: root's own hand may have written what the panel would not
 * @param files paths inside that a flavour fills
 * @returns what is wrong with each, at `mounts.N.source`, `.target` or `.readOnly`
 */
export async function mountProblems(
  daemon: Daemon,
  jail: string,
  mounts: readonly Mount[],
  { kept = [], files = [] }: { kept?: readonly FstabMount[]; files?: readonly string[] } = {},
): Promise<Problem[]> {
  if (mounts.length === 0) return [];
  const [approved, uses] = await Promise.all([readApproved(daemon), mountUses(daemon)]);
  const problems = targetProblems(mounts, files);
  const before = uses.filter((use) => use.jail === jail && !use.readOnly);
  for (const [i, mount] of mounts.entries()) {
    const at = (field: string, message: string, code: Problem["code"] = "invalid") =>
      problems.push({ field: `mounts.${i}.${field}`, code, message: message.slice(0, 500) });
    if (kept.some((one) => same(one, mount))) continue;
    const lines = approved.lines.filter((one) => one.problem === null && isWithin(mount.source, one.path));
    const wrong = await sourceProblem(daemon, mount.source, mount.readOnly);
    const shared = sharedWith(mount, jail, uses);
    const loose = exchangeable(mount, mounts) ?? exchangeable({ ...mount, readOnly: true }, before);
    if (approved.problem) at("source", approved.problem);
    else if (lines.length === 0)
      at("source", "The host's root has not approved this directory for mounts.", "forbidden");
    else if (!mount.readOnly && !lines.some((one) => one.access === "rw"))
      at("readOnly", "The host's root has approved this directory for reading only.", "forbidden");
    else if (wrong) at("source", wrong);
    else if (loose) at("source", loose.slice(0, 500));
    else if (shared) at(mount.readOnly ? "source" : "readOnly", shared, "exists");
  }
  return problems;
}

const same = (a: FstabMount, b: Mount): boolean =>
  a.source === b.source && a.target === b.target && a.readOnly === b.readOnly;
