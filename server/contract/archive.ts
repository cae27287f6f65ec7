import { z } from "zod";
import { Ip4, Ip6 } from "./addresses.ts";
import { BaseName } from "./base.ts";
import { Problem } from "./errors.ts";
import { Switches } from "./jail.ts";
import { Limits } from "./limits.ts";
import { AccountName, Hostname, InterfaceName, JailId, JailName } from "./names.ts";
import { UploadId } from "./upload.ts";
import { call, JailRef, job, look, Nothing, type Verb } from "./verb.ts";

/** A file in JAILS/.archives: the jail's name and when it was made, in UTC. */
export const ArchiveName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,30}-[0-9]{8}T[0-9]{6}Z\.knast\.tar$/,
    "An archive is called NAME-20260131T235959Z.knast.tar.",
  );
export type ArchiveName = z.infer<typeof ArchiveName>;

/** How many archives of one jail are kept at most: each takes the room of its tree. */
export const MAX_ARCHIVES = 20;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What of a jail's config is taken along as values; the config itself is rendered anew where the jail arrives. */
export const ArchivedSettings = z.strictObject({
  hostname: Hostname,
  interface: InterfaceName.nullable(),
  ip4: z.array(Ip4).max(8),
  ip6: z.array(Ip6).max(8),
  network: z.enum(["shared", "vnet"]),
  switches: Switches,
  autostart: z.boolean(),
  base: BaseName,
  limits: Limits,
});
export type ArchivedSettings = z.infer<typeof ArchivedSettings>;

/** manifest.json, the first member of an archive. Strict: what it says beyond this is another format's. */
export const Manifest = z.strictObject({
  format: z.literal("knast-jail-1"),
  createdAt: z.iso.datetime(),
  /** the jail's name and $knast_id where it was archived */
  name: JailName,
  id: JailId.nullable(),
  /** of the host */
  release: z.string().max(64),
  architecture: z.string().max(32),
  /** release of the base that its programs come from */
  baseRelease: z.string().max(64).nullable(),
  owners: z.array(AccountName).max(100),
  /** taken while it ran: its files may not belong together, as after a power cut */
  running: z.boolean(),
  /** made by a plan (contract/archive-plan.ts), which also takes it away again */
  scheduled: z.boolean().default(false),
  /** null: what is in its config can't be made anew; restore must be told host name, interface and addresses */
  settings: ArchivedSettings.nullable(),
  /** parameters of its config that are not taken along */
  untranslated: z.array(z.string().max(200)).max(500),
  /** files of the tree that tar(1) could not read, sockets not counted */
  warnings: z.int().min(0),
  entries: z.int().min(0),
  /** contents of all files of the tree */
  contentBytes: z.int().min(0),
  members: z
    .array(z.strictObject({ name: z.enum(["jail.conf", "fstab", "tree.tar"]), bytes: z.int().min(0), sha256: Sha256 }))
    .max(3),
});
export type Manifest = z.infer<typeof Manifest>;

export const Archive = z.strictObject({
  archive: ArchiveName,
  bytes: z.number(),
  /** null when its manifest can't be read: it can only be removed */
  manifest: Manifest.nullable(),
});
export type Archive = z.infer<typeof Archive>;

/** Who a jail becomes that is made of an archive or of another jail; what is left out stays as it was. */
export const Arrival = z.strictObject({
  name: JailName.optional(),
  hostname: Hostname.optional(),
  interface: InterfaceName.optional(),
  ip4: z.array(Ip4).max(8).optional(),
  ip6: z.array(Ip6).max(8).optional(),
  autostart: z.boolean().optional(),
  base: BaseName.optional(),
});
export type Arrival = z.infer<typeof Arrival>;

const ArchiveRef = z.strictObject({ archive: ArchiveName });
export const RestoreInput = z.strictObject({ ...ArchiveRef.shape, as: Arrival.prefault({}) });
export type RestoreInput = z.infer<typeof RestoreInput>;
export const CloneInput = z.strictObject({ ...JailRef.shape, as: Arrival });
export type CloneInput = z.infer<typeof CloneInput>;

export const ARCHIVE_VERBS = {
  "archive.list": look(Nothing, z.strictObject({ archives: z.array(Archive).max(10_000) })),
  /** what stands in the way of restoring it so; its files are not looked at */
  "archive.show": look(RestoreInput, z.strictObject({ ...Archive.shape, problems: z.array(Problem).max(50) })),
  "archive.create": job(z.strictObject({ ...JailRef.shape, owners: z.array(AccountName).max(100).default([]) })),
  /** reads all of it and compares every checksum; writes nothing */
  "archive.verify": job(ArchiveRef),
  "archive.restore": job(RestoreInput),
  /** keeps an uploaded archive (contract/upload.ts) beside those made here */
  "archive.import": job(z.strictObject({ upload: UploadId })),
  "archive.remove": call(ArchiveRef, Nothing),
  /** a copy of a jail, without its ssh host keys */
  "jail.clone": job(CloneInput),
} as const satisfies Record<string, Verb>;

/** `GET /v1/archives/<name>`: the file, with Range (one range of bytes) as RFC 9110 has it; If-Range and ETag are the caller's. */
export const ARCHIVE_PATH = /^\/v1\/archives\/([a-z][a-z0-9_]{0,30}-[0-9]{8}T[0-9]{6}Z\.knast\.tar)$/;
