import { createHash } from "node:crypto";
import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JailMounts } from "../../contract/mounts.ts";
import { fstabMounts } from "../conf/edit-fstab.ts";
import { fstabFile } from "../conf/paths.ts";
import type { Daemon } from "../daemon.ts";
import { readText } from "../host/disk.ts";
import { findJail, type OwnedJail } from "../jails/find-jail.ts";

/** jail.mounts: the further mounts of a jail's fstab. Throws KnastError not_found, foreign, broken (it has another fstab than ours). */
export async function jailMounts(daemon: Daemon, ref: JailRef): Promise<JailMounts> {
  return readMounts(daemon, await findJail(daemon, ref));
}

/** @throws KnastError broken when the jail's config names another fstab, or more than one */
export async function readMounts(daemon: Daemon, jail: OwnedJail): Promise<JailMounts> {
  const file = fstabFile(daemon.paths, jail.name);
  const named = jail.params.filter((one) => one.name === "mount.fstab").map((one) => one.value);
  if (named.length !== 1 || named[0] !== file)
    throw new KnastError("broken", {
      message: `This jail's config was changed by hand: its mount.fstab is not ${file}. Edit its mounts by hand.`,
    });
  const text = (await readText(file)) ?? "";
  return { file, text, digest: digestOf(text), mounts: fstabMounts(text, jail.path.replace(/\/+$/, "")).slice(0, 500) };
}

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
