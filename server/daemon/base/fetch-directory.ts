import { KnastError } from "../../contract/errors.ts";
import { look, makeDirectory } from "../host/disk.ts";
import type { Step } from "../jobs/step.ts";
import { type BaseJob, scratchOf } from "./base-job.ts";
import { copyCommand, copyTree } from "./copy-tree.ts";

/**
 * Copies a directory that holds a world, as it is, into the scratch directory.
 * @param given by a person, whose path may then hold no links; knastd's own options may
 */
export function directorySteps(job: BaseJob, path: string, given = true): Step[] {
  const scratch = scratchOf(job);
  return [
    {
      id: "fetch",
      title: `Copy the world ${path}`,
      command: copyCommand(path, scratch.world),
      run: async (context) => {
        await checkDirectory(path, job.paths.jails, given);
        await makeDirectory(scratch.root, 0o700);
        const failed = () => new KnastError("base_invalid", { message: `${path} could not be copied.` });
        await copyTree(context, path, scratch.world, failed);
      },
    },
  ];
}

/**
 * A source has no link in its path, holds no jail root and lies in none: a jail's tree is never a source, and a copy never
 * copies itself. @throws KnastError base_invalid
 */
async function checkDirectory(path: string, jails: string, given: boolean): Promise<void> {
  const refuse = (message: string): never => {
    throw new KnastError("base_invalid", { message });
  };
  if (path === "/") refuse("This is the running host itself. Choose the host's own world instead.");
  if (`${jails}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${jails}/`))
    refuse("A world can't be taken from where the jails are.");
  const parts = path.split("/").filter((part) => part !== "");
  for (let i = given ? 1 : parts.length; i <= parts.length; i++) {
    const found = await look(`/${parts.slice(0, i).join("/")}`);
    if (!found) refuse(`There is no directory ${path} on the host.`);
    if (found!.kind === "link") refuse("Give the directory's path without symbolic links.");
    if (found!.kind !== "directory") refuse(`${path} is no directory.`);
  }
}
