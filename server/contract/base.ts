import { z } from "zod";
import { ForeignJailName, HostPath, JailId, JailName } from "./names.ts";
import { UploadId } from "./upload.ts";
import { job, look, Nothing, type Verb } from "./verb.ts";

/** `basejail` is the one that jails get when nothing else is said; others stand beside it as `basejail-NAME` and `newjail-NAME`. */
export const BaseName = z
  .string()
  .regex(/^basejail(-[a-z0-9][a-z0-9._]{0,30})?$/, "A base is called basejail, or basejail- and a name like 14.2.");
export type BaseName = z.infer<typeof BaseName>;

export const Base = z.strictObject({
  name: z.string().max(64),
  release: z.string().max(64),
  source: z.string().max(1100),
  installedAt: z.string(),
  sha256: z.string().nullable(),
  bytes: z.number(),
  newjailBytes: z.number(),
});
export type Base = z.infer<typeof Base>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "A SHA-256 checksum has 64 hexadecimal digits.");

/** http, https or ftp, without a password, a query or anything that is not plain; its last part names the archive. */
export const BaseUrl = z
  .string()
  .max(500)
  .regex(
    /^(https?|ftp):\/\/([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?(\/[A-Za-z0-9._~+-]+)+$/,
    "Give an address like https://download.freebsd.org/releases/amd64/14.2-RELEASE/base.txz.",
  )
  .refine((url) => !/\/\.{1,2}(\/|$)/.test(url), "Give an address without . or .. in it.");

/** Where a base comes from (row 1): an archive on the host, sent by the browser or fetched, a directory, or the host's own world. */
export const BaseSource = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("txz"),
    path: HostPath,
    /** without it the MANIFEST beside the archive must name its checksum */
    sha256: Sha256.optional(),
  }),
  z.strictObject({ kind: z.literal("upload"), upload: UploadId, sha256: Sha256 }),
  z.strictObject({
    kind: z.literal("url"),
    url: BaseUrl,
    /** without it the MANIFEST beside the archive is fetched too */
    sha256: Sha256.optional(),
  }),
  z.strictObject({ kind: z.literal("directory"), path: HostPath }),
  z.strictObject({ kind: z.literal("host") }),
]);
export type BaseSource = z.infer<typeof BaseSource>;

/** A jail that stands on a base: by its fstab, by its config, or because it has it mounted at the moment. */
export const BaseUser = z.strictObject({
  name: ForeignJailName,
  id: JailId.nullable(),
  running: z.boolean(),
  /** why it can't be moved to another base from here; null when it can */
  problem: z.string().max(500).nullable(),
});
export type BaseUser = z.infer<typeof BaseUser>;

export const BaseRow = z.strictObject({ ...Base.shape, users: z.array(BaseUser).max(5000) });
export type BaseRow = z.infer<typeof BaseRow>;

const Named = z.strictObject({ name: BaseName });

export const BASE_VERBS = {
  "base.list": look(Nothing, z.strictObject({ bases: z.array(BaseRow).max(200) })),
  /** what an update, a move or a removal of a base would touch */
  "base.plan": look(Named, BaseRow),
  /** replaces a base of that name only while no jail stands on it */
  "base.install": job(z.strictObject({ name: BaseName.default("basejail"), source: BaseSource })),
  /** fetches security patches into a copy; `to` is a new base beside the old one, or the same name while no jail runs on it */
  "base.update": job(z.strictObject({ name: BaseName, to: BaseName })),
  /** jails one by one to another base; `restart`: those that run at once, the others see it at their next start */
  "base.move": job(
    z.strictObject({
      from: BaseName,
      to: BaseName,
      jails: z.array(JailName).min(1).max(150),
      restart: z.boolean().default(false),
    }),
  ),
  "base.remove": job(Named),
} as const satisfies Record<string, Verb>;
