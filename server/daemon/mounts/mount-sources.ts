import type { MountSource, MountSources } from "../../contract/mounts.ts";
import { overlap } from "../conf/mount-rules.ts";
import type { Daemon } from "../daemon.ts";
import { approvedFile, readApproved, sourceProblem } from "./approved.ts";
import { mountUses } from "./uses.ts";

/** mounts.sources: what the host's root has approved, whether it is there, and which jails use it. */
export async function mountSources(daemon: Daemon): Promise<MountSources> {
  const [{ problem, lines }, uses] = await Promise.all([readApproved(daemon), mountUses(daemon)]);
  const sources: MountSource[] = [];
  for (const { line, access, path, problem: unread } of lines) {
    const wrong = unread ?? (await sourceProblem(daemon, path, access === "ro"));
    const users = uses.filter((use) => path !== "" && overlap(use.source, path)).slice(0, 500);
    sources.push({ path, access, line, problem: wrong && wrong.slice(0, 500), users });
  }
  return { file: approvedFile(daemon), problem: problem && problem.slice(0, 500), sources };
}
