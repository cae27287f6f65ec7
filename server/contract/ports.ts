import { z } from "zod";
import { BaseName } from "./base.ts";
import { HostPath } from "./names.ts";
import { Schedule } from "./schedule.ts";
import { call, JailRef, job, look, Nothing, type Verb } from "./verb.ts";

/** Where a ports tree is fetched from: one of the daemon's own list, which only root on the host makes longer. */
export const PortsUrl = z
  .string()
  .max(200)
  .regex(
    /^(https|http|git|file):\/\/[A-Za-z0-9/][A-Za-z0-9._:/-]*$/,
    "Give a URL like https://git.FreeBSD.org/ports.git.",
  );

export const PortsBranch = z
  .string()
  .regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "A branch is called main, or like 2026Q4.");

export const PortsSettings = z.strictObject({
  url: PortsUrl,
  branch: PortsBranch,
  /** null: only by hand */
  schedule: Schedule.nullable(),
});
export type PortsSettings = z.infer<typeof PortsSettings>;

export const PortsInfo = z.strictObject({
  settings: PortsSettings,
  /** the URLs that may be chosen */
  sources: z.array(PortsUrl).max(50),
  /** where root adds further ones, one a line */
  sourcesFile: HostPath,
  trees: z
    .array(
      z.strictObject({
        base: BaseName,
        path: HostPath,
        /** commit, 12 digits; null: no tree fetched here yet */
        revision: z.string().max(40).nullable(),
        updatedAt: z.string().nullable(),
      }),
    )
    .max(100),
  /** the last lines of the log of updates, oldest first */
  log: z.array(z.string().max(500)).max(100),
});
export type PortsInfo = z.infer<typeof PortsInfo>;

export const PORTS_VERBS = {
  "ports.info": look(Nothing, PortsInfo),
  "ports.configure": call(PortsSettings, PortsInfo),
  "ports.update": job(z.strictObject({ base: BaseName.default("basejail") })),
  /** removes what builds have left in /var/ports of a jail, null: of the host */
  "ports.clean": job(z.strictObject({ jail: JailRef.nullable() })),
} as const satisfies Record<string, Verb>;
