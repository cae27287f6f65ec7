import { z } from "zod";
import { Address, Ip4, Ip6 } from "./addresses.ts";
import { parseBlock } from "./ip.ts";
import { ForeignJailName, HostPath, Hostname, InterfaceName, JailId, JailName, JobId, SshKey } from "./names.ts";
import { Problem } from "./errors.ts";

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
});
export type JailSummary = z.infer<typeof JailSummary>;

export const TextFile = z.strictObject({ path: HostPath, text: z.string().max(256 * 1024) });
export type TextFile = z.infer<typeof TextFile>;

export const JailDetail = z.strictObject({
  ...JailSummary.shape,
  config: TextFile.nullable(),
  fstab: TextFile.nullable(),
  /** as jail(8) itself reads the config: `jail -f FILE -e` */
  parameters: z.array(z.strictObject({ name: z.string(), value: z.string().nullable() })).max(500),
  base: z.string().nullable(),
  /** the job that changed its state last, if the daemon still knows it */
  last: z.strictObject({ verb: z.string(), actor: z.string(), at: z.string() }).nullable(),
});
export type JailDetail = z.infer<typeof JailDetail>;

/** The two files as they will be written, and every step with the command that it runs; nothing is done. */
export const JailPlan = z.strictObject({
  name: z.string(),
  config: TextFile,
  fstab: TextFile,
  steps: z.array(z.strictObject({ title: z.string(), command: z.string().nullable() })).max(100),
  /** empty when jail.create would go ahead; what can't be rendered because of a problem is left out of the files */
  problems: z.array(Problem).max(50),
});
export type JailPlan = z.infer<typeof JailPlan>;

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

/** Addresses that the admin hands out on one interface. */
export const Pool = z.strictObject({
  interface: InterfaceName,
  block: z
    .string()
    .max(64)
    .refine((text) => parseBlock(text) !== null, "Give a block like 10.0.2.0/24 or 2001:db8::/64."),
});
export type Pool = z.infer<typeof Pool>;

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

export const HostInfo = z.strictObject({
  hostname: z.string().max(256),
  release: z.string().max(64),
  version: z.string().max(32),
  jailsDir: HostPath,
  interfaces: z.array(z.strictObject({ name: z.string(), addresses: z.array(z.string()) })).max(1000),
  pools: z.array(Pool).max(32),
  /** what the panel may offer as a first pool: the host's own networks less the host */
  suggestedPools: z.array(Pool).max(32),
  /** the next free address of each family over all pools; null when there is none */
  freeIp4: z.strictObject({ interface: InterfaceName, address: Ip4 }).nullable(),
  freeIp6: z.strictObject({ interface: InterfaceName, address: Ip6 }).nullable(),
  nameservers: z.array(z.string()).max(3),
  base: Base.nullable(),
  /** kern.racct.enable: without it no limit holds */
  racct: z.boolean(),
  disk: z.strictObject({ totalBytes: z.number(), freeBytes: z.number() }),
  jails: z.int().min(0),
});
export type HostInfo = z.infer<typeof HostInfo>;

/** Where a base comes from (row 1): an archive on the host, a directory that holds a world, or the host's own world. */
export const BaseSource = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("txz"),
    path: HostPath,
    /** without it the MANIFEST beside the archive must name its checksum */
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "A SHA-256 checksum has 64 hexadecimal digits.")
      .optional(),
  }),
  z.strictObject({ kind: z.literal("directory"), path: HostPath }),
  z.strictObject({ kind: z.literal("host") }),
]);
export type BaseSource = z.infer<typeof BaseSource>;
