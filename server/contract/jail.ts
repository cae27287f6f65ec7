import { z } from "zod";
import { Address, Ip4, Ip6 } from "./addresses.ts";
import { Base, BaseName } from "./base.ts";
import { FlavourName } from "./flavour.ts";
import { Limits } from "./limits.ts";
import { Mount } from "./mounts.ts";
import { ForeignJailName, HostPath, Hostname, InterfaceName, JailId, JailName, JobId, SshKey } from "./names.ts";
import { Problem } from "./errors.ts";
import { Pool } from "./pool.ts";

/** The switches of rows 7, 18 and 19 of the system; what each means to the host stands beside it in components/jails. */
export const Switches = z.strictObject({
  devfs: z.boolean().default(true),
  fdescfs: z.boolean().default(true),
  procfs: z.boolean().default(false),
  /** allow.set_hostname */
  setHostname: z.boolean().default(false),
  /** allow.raw_sockets: lets ping work, and lets the jail's root forge packets */
  rawSockets: z.boolean().default(false),
  /** sysvmsg, sysvsem, sysvshm = new: a namespace of its own, never `inherit` */
  sysvipc: z.boolean().default(false),
});
export type Switches = z.infer<typeof Switches>;

/** What the admin says of a new jail. Everything else (paths, files, commands) the daemon derives. */
export const JailSpec = z.strictObject({
  hostname: Hostname,
  /** derived from the host name (row 5) when left out */
  name: JailName.optional(),
  interface: InterfaceName,
  ip4: z.array(Ip4).max(8).default([]),
  ip6: z.array(Ip6).max(8).default([]),
  switches: Switches.prefault({}),
  autostart: z.boolean().default(true),
  /** authorized_keys of the jail's `admin` account */
  sshKeys: z.array(SshKey).max(20).default([]),
  /** written to /etc/resolv.conf; the host's own when left out */
  nameservers: z.array(Address).max(3).optional(),
  base: BaseName.default("basejail"),
  /** laid over newjail */
  flavour: FlavourName.nullable().default(null),
  /** shared: addresses of the host's own network stack; vnet: a stack of its own, `interface` is the bridge that it hangs on */
  network: z.enum(["shared", "vnet"]).default("shared"),
  mounts: z.array(Mount).max(32).default([]),
  limits: Limits.prefault({}),
  /** jails that are started before it (jail(8), depend) */
  depend: z.array(JailName).max(32).default([]),
});
export type JailSpec = z.infer<typeof JailSpec>;

/**
 * running/stopped: as jls says. starting/stopping/creating/destroying: a job is at it. dying: the kernel still holds it.
 * broken: config unreadable, tree missing, or half undone; `problem` says what and how to mend it.
 */
export const JailState = z.enum([
  "running",
  "stopped",
  "starting",
  "stopping",
  "creating",
  "destroying",
  "dying",
  "broken",
]);
export type JailState = z.infer<typeof JailState>;

export const JailSummary = z.strictObject({
  name: ForeignJailName,
  /** null: not made by us (no $knast_id in its config); belongs to the admin alone and is only looked at */
  id: JailId.nullable(),
  hostname: z.string().max(256),
  state: JailState,
  jid: z.int().positive().nullable(),
  /** canonical, without interface and prefix length */
  addresses: z.array(z.string().max(64)).max(64),
  path: z.string().max(1024),
  autostart: z.boolean(),
  /** one sentence, only with state broken */
  problem: z.string().max(1000).nullable(),
  /** the job that is at work on it */
  job: JobId.nullable(),
  /** ISO 8601, start of its oldest process; null when stopped */
  runningSince: z.string().nullable(),
  processes: z.int().min(0),
  /** sum over its processes, percent of one core, as ps(1) has it */
  cpuPercent: z.number().min(0),
  rssBytes: z.number().min(0),
  /** it runs with other parameters than its config says; a restart makes them the same */
  drift: z.boolean().default(false),
});
export type JailSummary = z.infer<typeof JailSummary>;

export const TextFile = z.strictObject({ path: HostPath, text: z.string().max(256 * 1024) });
export type TextFile = z.infer<typeof TextFile>;

/** One parameter in which a running jail is not what its config says; a flag is on or off, null: nothing. */
export const Difference = z.strictObject({
  parameter: z.string().max(256),
  file: z.string().max(1024).nullable(),
  running: z.string().max(1024).nullable(),
});
export type Difference = z.infer<typeof Difference>;

export const JailDetail = z.strictObject({
  ...JailSummary.shape,
  differences: z.array(Difference).max(100).default([]),
  /** what jail(8) says of a config that it can't read, and the line that it names */
  mistake: z
    .strictObject({ line: z.int().min(1).nullable(), said: z.string().max(500) })
    .nullable()
    .default(null),
  config: TextFile.nullable(),
  fstab: TextFile.nullable(),
  /** as jail(8) itself reads the config: `jail -f FILE -e` */
  parameters: z.array(z.strictObject({ name: z.string(), value: z.string().nullable() })).max(500),
  base: z.string().nullable(),
  /** the ZFS file system that is its tree; null for a plain directory */
  dataset: z.string().max(255).nullable(),
  /** the job that changed its state last, if the daemon still knows it */
  last: z.strictObject({ verb: z.string(), actor: z.string(), at: z.string() }).nullable(),
});
export type JailDetail = z.infer<typeof JailDetail>;

/** The two files as they will be written, and every step with the command that it runs; nothing is done. */
export const JailPlan = z.strictObject({
  name: z.string(),
  config: TextFile,
  fstab: TextFile,
  /** what is written into its tree beside the skeleton, by the paths that it will have; the account databases are not shown */
  files: z.array(z.strictObject({ ...TextFile.shape, mode: z.int() })).max(300),
  /** the lines that are added to rctl.conf(5); null without limits */
  limits: TextFile.nullable().default(null),
  steps: z.array(z.strictObject({ title: z.string(), command: z.string().nullable() })).max(100),
  /** empty when jail.create would go ahead; what can't be rendered because of a problem is left out of the files */
  problems: z.array(Problem).max(50),
});
export type JailPlan = z.infer<typeof JailPlan>;

/** What one sends to a process by hand; the rest of signal(3) is for debuggers. */
export const Signal = z.enum(["HUP", "INT", "TERM", "KILL", "STOP", "CONT", "USR1", "USR2"]);
export type Signal = z.infer<typeof Signal>;

export const Process = z.strictObject({
  pid: z.int().min(0),
  ppid: z.int().min(0),
  user: z.string().max(64),
  cpuPercent: z.number(),
  rssBytes: z.number(),
  vszBytes: z.number(),
  /** as ps(1) prints it (lstart) */
  started: z.string().max(64),
  cpuTime: z.string().max(32),
  state: z.string().max(16),
  command: z.string().max(4096),
});
export type Process = z.infer<typeof Process>;

export const HostInfo = z.strictObject({
  hostname: z.string().max(256),
  release: z.string().max(64),
  version: z.string().max(32),
  jailsDir: HostPath,
  interfaces: z
    .array(
      z.strictObject({
        name: z.string(),
        addresses: z.array(z.string()),
        /** a vnet jail can hang on it */
        bridge: z.boolean().default(false),
        members: z.array(z.string()).max(1000).default([]),
      }),
    )
    .max(1000),
  pools: z.array(Pool).max(32),
  /** what the panel may offer as a first pool: the host's own networks less the host */
  suggestedPools: z.array(Pool).max(32),
  /** the next free address of each family over all pools; null when there is none */
  freeIp4: z.strictObject({ interface: InterfaceName, address: Ip4 }).nullable(),
  freeIp6: z.strictObject({ interface: InterfaceName, address: Ip6 }).nullable(),
  /** the next free address of each pool that has one */
  free: z
    .array(z.strictObject({ interface: InterfaceName, address: Address }))
    .max(32)
    .default([]),
  nameservers: z.array(z.string()).max(3),
  base: Base.nullable(),
  /** kern.racct.enable: without it no limit holds */
  racct: z.boolean(),
  disk: z.strictObject({ totalBytes: z.number(), freeBytes: z.number() }),
  jails: z.int().min(0),
});
export type HostInfo = z.infer<typeof HostInfo>;
