import { z } from "zod";
import type { Settings } from "./settings.ts";

/**
 * Settings of a jail that an admin may open to its owners. None of them lets the jail's root reach further: no address, no device, no
 * raw socket, no shared memory, no mount, no jail below it, no other jail's name.
 */
export const OwnerSetting = z.enum([
  "autostart",
  "hostname",
  "setHostname",
  "fdescfs",
  "procfs",
  "persist",
  "execTimeout",
  "stopTimeout",
]);
export type OwnerSetting = z.infer<typeof OwnerSetting>;

export const OwnerSettings = z.array(OwnerSetting).max(20);

export const OwnerSettingsForm = z.strictObject({ open: OwnerSettings });
export type OwnerSettingsForm = z.infer<typeof OwnerSettingsForm>;

/** Every setting, flags by their own names. */
const flat = ({ flags, ...others }: Settings): Record<string, unknown> => ({ ...others, ...flags });

/** @returns the names of what differs between two sets of settings, in the order of the form */
export function changedSettings(before: Settings, after: Settings): string[] {
  const [one, other] = [flat(before), flat(after)];
  return Object.keys(one).filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]));
}
