import { join } from "node:path";
import type { Daemon } from "./daemon.ts";
import { listNames, look } from "./host/disk.ts";
import type { StepContext } from "./jobs/step.ts";
import { removeTree } from "./trees/remove-tree.ts";

/** @returns JAILS/.new/ID and JAILS/.trash/NAME.ID: a copy that never became a jail, a tree that was to be deleted anyway */
export async function listScratch(daemon: Daemon): Promise<string[]> {
  const found: string[] = [];
  for (const [directory, shape] of [
    [".new", /^[0-9a-f]{32}$/],
    [".trash", /^[a-z][a-z0-9_]{0,30}\.[0-9a-f]{32}$/],
  ] as const) {
    const path = join(daemon.paths.jails, directory);
    for (const name of (await listNames(path)) ?? []) if (shape.test(name)) found.push(join(path, name));
  }
  return found;
}

/** Removes what listScratch found and is still there; what can't be removed is logged and left. */
export async function removeScratch(daemon: Daemon, scratch: readonly string[]): Promise<void> {
  for (const path of scratch) {
    if (!(await look(path))) continue;
    daemon.log.info("scratch removed", { path });
    await removeTree(daemon, quiet(daemon), path).catch((error) =>
      daemon.log.error("scratch not removed", error, { path }),
    );
  }
}

/** For what has no job: its lines are not kept. */
export function quiet(daemon: Daemon): StepContext {
  return {
    run: (program, args, options = {}) =>
      daemon.run(program, args, { deadline: options.deadline, stdin: options.stdin }),
    output: () => {},
    progress: () => {},
    signal: new AbortController().signal,
  };
}
