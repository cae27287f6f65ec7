import { basename, dirname } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { look, makeDirectory, readText, sha256 } from "../host/disk.ts";
import type { Step } from "../jobs/step.ts";
import { type BaseJob, mustRun, scratchOf } from "./base-job.ts";
import { checksumInManifest } from "./manifest.ts";

/** Filled by the steps as they run: the checksum that was found right. */
export type Verified = { sha256: string | null };

/** Steps for a `base.txz`: nothing is unpacked before its SHA-256 is the one expected. */
export function archiveSteps(
  job: BaseJob,
  source: { path: string; sha256?: string | undefined },
  verified: Verified,
): Step[] {
  const scratch = scratchOf(job);
  let seen: string | null = null;
  /** A file that is exchanged between its check and its unpacking is another file. */
  const stamp = async (): Promise<string> => {
    const found = await look(source.path);
    if (found?.kind !== "file")
      throw new KnastError("base_invalid", { message: `There is no file ${source.path} on the host.` });
    return [found.dev, found.ino, found.size, found.mtimeMs].join(":");
  };
  const verify: Step = {
    id: "verify",
    title: `Check the SHA-256 of ${basename(source.path)}`,
    command: `sha256 ${source.path}`,
    run: async (context) => {
      seen = await stamp();
      const wanted = source.sha256 ?? (await fromManifest(source.path));
      const total = (await look(source.path))?.size ?? null;
      const sum = await sha256(source.path, (done) => context.progress(done, total, "bytes"), context.signal);
      context.output(`SHA256 (${source.path}) = ${sum}`);
      if (sum !== wanted)
        throw new KnastError(
          "checksum_mismatch",
          source.sha256 ? { message: "The archive's checksum is not the one that was given." } : {},
        );
      verified.sha256 = sum;
    },
  };
  const unpack: Step = {
    id: "fetch",
    title: "Unpack the archive",
    command: `tar -xpf ${source.path} -C ${scratch.world}`,
    run: async (context) => {
      await makeDirectory(scratch.root, 0o700);
      await makeDirectory(scratch.world, 0o755);
      await mustRun(
        context,
        "tar",
        ["-xpf", source.path, "-C", scratch.world],
        () =>
          new KnastError("base_invalid", { message: "The archive could not be unpacked. It is no whole base.txz." }),
      );
      if ((await stamp()) !== seen)
        throw new KnastError("checksum_mismatch", { message: "The archive was changed while it was unpacked." });
    },
  };
  return [verify, unpack];
}

async function fromManifest(path: string): Promise<string> {
  const text = await readText(`${dirname(path)}/MANIFEST`);
  const sum = text === null ? null : checksumInManifest(text, basename(path));
  if (sum === null)
    throw new KnastError("checksum_mismatch", {
      message: "No MANIFEST beside the archive names its checksum. Give the SHA-256 yourself.",
    });
  return sum;
}
