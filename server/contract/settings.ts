import { z } from "zod";
import { Ip4, Ip6 } from "./addresses.ts";
import { Problem } from "./errors.ts";
import { TextFile } from "./jail.ts";
import { Hostname, InterfaceName, JailName } from "./names.ts";
import { JailRef, job, look, type Verb } from "./verb.ts";

/** Flags of jail(8) that the panel changes, each with what a jail has whose config does not name it. */
export const SETTING_FLAGS = {
  devfs: { parameter: "mount.devfs", otherwise: false },
  fdescfs: { parameter: "mount.fdescfs", otherwise: false },
  procfs: { parameter: "mount.procfs", otherwise: false },
  setHostname: { parameter: "allow.set_hostname", otherwise: true },
  rawSockets: { parameter: "allow.raw_sockets", otherwise: false },
  chflags: { parameter: "allow.chflags", otherwise: false },
  mlock: { parameter: "allow.mlock", otherwise: false },
  readMsgbuf: { parameter: "allow.read_msgbuf", otherwise: false },
  socketAf: { parameter: "allow.socket_af", otherwise: false },
  quotas: { parameter: "allow.quotas", otherwise: false },
  persist: { parameter: "persist", otherwise: false },
} as const;
export type SettingFlag = keyof typeof SETTING_FLAGS;

/** Numbers of jail(8), within what the panel offers. A ruleset of devfs(8) is none of them: most hide nothing of the host. */
export const SETTING_NUMBERS = {
  childrenMax: { parameter: "children.max", min: 0, max: 99, otherwise: 0 },
  securelevel: { parameter: "securelevel", min: -1, max: 3, otherwise: -1 },
  enforceStatfs: { parameter: "enforce_statfs", min: 0, max: 2, otherwise: 2 },
  devfsRuleset: { parameter: "devfs_ruleset", min: 4, max: 5, otherwise: 4 },
  execTimeout: { parameter: "exec.timeout", min: 0, max: 3600, otherwise: 0 },
  stopTimeout: { parameter: "stop.timeout", min: 0, max: 3600, otherwise: 10 },
} as const;
export type SettingNumber = keyof typeof SETTING_NUMBERS;

const number = (name: SettingNumber) =>
  z.int().min(SETTING_NUMBERS[name].min).max(SETTING_NUMBERS[name].max).nullable();

/**
 * What the panel changes in a jail's config. null: the file says something that this form can't show; it stays as it is.
 * No command (exec.*) and no path is among them.
 */
export const Settings = z.strictObject({
  hostname: Hostname.nullable(),
  /** null for a jail with a network stack of its own, and for addresses with an interface or a netmask each */
  network: z.strictObject({ interface: InterfaceName, ip4: z.array(Ip4).max(8), ip6: z.array(Ip6).max(8) }).nullable(),
  flags: z.strictObject(
    Object.fromEntries(Object.keys(SETTING_FLAGS).map((key) => [key, z.boolean()])) as Record<
      SettingFlag,
      z.ZodBoolean
    >,
  ),
  /** sysvmsg, sysvsem, sysvshm: new or disable */
  sysvipc: z.boolean().nullable(),
  childrenMax: number("childrenMax"),
  securelevel: number("securelevel"),
  enforceStatfs: number("enforceStatfs"),
  devfsRuleset: number("devfsRuleset"),
  execTimeout: number("execTimeout"),
  stopTimeout: number("stopTimeout"),
  /** jails that are started before it */
  depend: z.array(JailName).max(32).nullable(),
  autostart: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

/** SHA-256 of a config file: what a change is based on. */
const Digest = z.string().regex(/^[0-9a-f]{64}$/, "This is no checksum.");

export const JailSettings = z.strictObject({
  settings: Settings,
  digest: Digest,
  config: TextFile,
  /** parameters of the file that are none of the settings; they stay as they are */
  others: z.array(z.string().max(256)).max(500),
});
export type JailSettings = z.infer<typeof JailSettings>;

/** none: with the next start. now: jail -m, only for what the kernel changes in a running jail. restart: stop and start. */
export const Apply = z.enum(["none", "now", "restart"]);
export type Apply = z.infer<typeof Apply>;

const Wish = z.strictObject({ ...JailRef.shape, digest: Digest, settings: Settings });

export const SettingsPlan = z.strictObject({
  before: TextFile,
  after: TextFile,
  /** parameters that change, in the order of the form */
  parameters: z.array(z.string()).max(100),
  commands: z.array(z.string()).max(20),
  /** what a running jail can be given: "now" only when jail -m can change all of it */
  apply: z.array(Apply),
  problems: z.array(Problem).max(50),
});
export type SettingsPlan = z.infer<typeof SettingsPlan>;

/** What the panel's form gives to the services: a name, to which they add the id of the jail that the actor may change. */
export const PlanSettingsForm = z.strictObject({ name: JailName, digest: Digest, settings: Settings });
export type PlanSettingsForm = z.infer<typeof PlanSettingsForm>;
export const ConfigureForm = z.strictObject({ ...PlanSettingsForm.shape, apply: Apply });
export type ConfigureForm = z.infer<typeof ConfigureForm>;

export const SETTINGS_VERBS = {
  "jail.settings": look(JailRef, JailSettings),
  /** nothing is done; code `changed` when the file is not the one of the digest any more */
  "jail.plan-settings": look(Wish, SettingsPlan),
  "jail.configure": job(z.strictObject({ ...Wish.shape, apply: Apply.default("none") })),
} as const satisfies Record<string, Verb>;
