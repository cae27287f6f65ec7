import { z } from "zod";
import { ArchiveName } from "./archive.ts";
import { AccountName, JailName } from "./names.ts";
import { UploadId } from "./upload.ts";
import { call, job, look, Nothing, type Verb } from "./verb.ts";

/** When all jails of a host were archived in one go; part of the names of the set's files in JAILS/.archives. */
export const SetName = z.string().regex(/^[0-9]{8}T[0-9]{6}Z$/, "This is no set of archives.");
export type SetName = z.infer<typeof SetName>;

/** The archives that belong together, as JAILS/.archives/host-SET.knast.json, and the panel's data beside it as host-SET.knast.db. */
export const HostSet = z.strictObject({
  set: SetName,
  hostname: z.string().max(256),
  release: z.string().max(64),
  /** people and grants are in the set too */
  panel: z.boolean(),
  /** null: this one could not be archived */
  jails: z.array(z.strictObject({ name: JailName, archive: ArchiveName.nullable() })).max(10_000),
});
export type HostSet = z.infer<typeof HostSet>;

const SetRef = z.strictObject({ set: SetName });

export const HOST_ARCHIVE_VERBS = {
  /** newest first; `missing` are archives that were removed since */
  "host.sets": look(
    Nothing,
    z.strictObject({
      sets: z.array(z.strictObject({ ...HostSet.shape, missing: z.array(ArchiveName).max(10_000) })).max(1000),
    }),
  ),
  /** every jail of ours, one after the other, and the panel's database, which the caller has uploaded */
  "host.archive": job(
    z.strictObject({
      owners: z.record(JailName, z.array(AccountName).max(100)).default({}),
      panel: UploadId.nullable().default(null),
    }),
  ),
  /** makes every jail of the set that is not here, under its name, addresses and id, so that grants of the panel's data fit */
  "host.restore": job(SetRef),
  /** forgets the set and the panel's data in it; the jails' archives stay */
  "host.forget-set": call(SetRef, Nothing),
} as const satisfies Record<string, Verb>;
