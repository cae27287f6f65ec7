import { z } from "zod";
import { call, job, look, Nothing, type Verb } from "./verb.ts";

/** Also a directory's name below JAILS/flavours. */
export const FlavourName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,30}$/, "A flavour's name has 1 to 31 of a-z, 0-9, _ and -, and begins with a letter.");
export type FlavourName = z.infer<typeof FlavourName>;

/** Of one file, of all files of a flavour (with its script), in bytes of UTF-8. */
export const FLAVOUR_LIMITS = { files: 200, file: 64 * 1024, total: 256 * 1024 } as const;

/** What a jail has from its base, or what the kernel mounts: nothing of ours lies or is mounted there. */
const NOT_ITS_OWN =
  /^\/(basejail|bin|sbin|lib|libexec|boot|rescue|dev|proc|usr\/(bin|sbin|include|lib|lib32|libdata|libexec|share|src|ports))(\/|$)/;

/** A path inside a jail where it has files of its own: absolute, without dot segments, doubled or closing slashes. */
export const InsidePath = z
  .string()
  .max(400)
  .regex(
    /^(\/(?!\.{1,2}(?:\/|$))[^\x00-\x1f\x7f/]{1,200}){1,16}$/,
    "Give an absolute path inside the jail, without . or .. in it.",
  )
  .refine((path) => !NOT_ITS_OWN.test(path), "This belongs to the base or to the kernel: it is not the jail's own.");

/** Made by the panel in each new jail: keys come from the form, accounts from a first-boot script. */
const WRITTEN_BY_US =
  /^\/(etc\/(resolv\.conf|master\.passwd|passwd|group|pwd\.db|spwd\.db)|home\/admin\/\.ssh\/authorized_keys|firstboot(-reboot)?|root\/first-boot\.sh|usr\/local\/etc\/rc\.d\/first_boot)(\/|$)/;

export const FlavourFile = z.strictObject({
  path: InsidePath.refine((path) => !WRITTEN_BY_US.test(path), "The panel writes this file itself."),
  /** permissions as chmod(1) takes them, without set-user-ID and the like; the owner is root */
  mode: z.int().min(0).max(0o777),
  text: z
    .string()
    .max(FLAVOUR_LIMITS.file, "A file of a flavour has at most 64 KB.")
    .refine((text) => !text.includes("\0"), "A flavour holds text files only."),
});
export type FlavourFile = z.infer<typeof FlavourFile>;

/** The switches of contract/jail.ts by name. */
export const SwitchName = z.enum(["devfs", "fdescfs", "procfs", "setHostname", "rawSockets", "sysvipc"]);

/** What the form of a new jail is set to when the flavour is chosen; what is absent stays as it is. */
export const FlavourSettings = z.strictObject({
  switches: z.partialRecord(SwitchName, z.boolean()).default({}),
  autostart: z.boolean().optional(),
});
export type FlavourSettings = z.infer<typeof FlavourSettings>;

export const Flavour = z.strictObject({
  name: FlavourName,
  title: z.string().trim().min(1, "Give it a title.").max(80),
  description: z.string().trim().max(2000),
  files: z.array(FlavourFile).max(FLAVOUR_LIMITS.files, "A flavour has at most 200 files."),
  settings: FlavourSettings,
  /** run by sh(1) once, as root inside the jail, when it starts for the first time; "" for none */
  firstBoot: z.string().max(FLAVOUR_LIMITS.file, "The script has at most 64 KB."),
});
export type Flavour = z.infer<typeof Flavour>;

export const FlavourSummary = z.strictObject({
  ...Flavour.omit({ files: true, firstBoot: true }).shape,
  /** part of the program: can be copied, not changed */
  builtIn: z.boolean(),
  files: z.int().min(0),
  firstBoot: z.boolean(),
  /** why it can't be used, in one sentence: somebody has put something there by hand */
  problem: z.string().max(500).nullable(),
});
export type FlavourSummary = z.infer<typeof FlavourSummary>;

export const FlavourRef = z.strictObject({ name: FlavourName });

export const FLAVOUR_VERBS = {
  "flavour.list": look(Nothing, z.strictObject({ flavours: z.array(FlavourSummary).max(500) })),
  "flavour.show": look(FlavourRef, z.strictObject({ flavour: Flavour, builtIn: z.boolean() })),
  /** makes it or replaces it as a whole; jails that were made with it before stay as they are */
  "flavour.save": job(z.strictObject({ flavour: Flavour })),
  "flavour.remove": call(FlavourRef, Nothing),
} as const satisfies Record<string, Verb>;
