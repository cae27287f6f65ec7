import type { MOUNT_VERBS } from "../../contract/mounts.ts";
import type { Handlers } from "../handlers.ts";
import { jailMounts } from "./jail-mounts.ts";
import { mountSources } from "./mount-sources.ts";
import { setMounts } from "./set-mounts.ts";

export const MOUNT_HANDLERS: Handlers<keyof typeof MOUNT_VERBS> = {
  "mounts.sources": mountSources,
  "jail.mounts": jailMounts,
  "jail.set-mounts": setMounts,
};
