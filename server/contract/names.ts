import { z } from "zod";
import { isCommonPassword } from "./common-passwords.ts";

/** Longest jail name we make: rc.d/jail derives variables and file names from it, jls(8) columns stay readable. */
export const JAIL_NAME_MAX = 31;

/**
 * Names that mean something else to jail(8), rc.d/jail, or stand beside the jails below the jail root.
 * `all`, `none` and `list` are words of rc.conf(5); basejail, newjail and flavours are directories of ours.
 */
export const RESERVED_JAIL_NAMES: ReadonlySet<string> = new Set([
  "all",
  "none",
  "no",
  "list",
  "enable",
  "conf",
  "flags",
  "default",
  "host",
  "root",
  "knast",
  "base",
  "basejail",
  "newjail",
  "fulljail",
  "flavours",
  "ezjailtemp",
  "ezjail_archives",
  "lost_found",
]);

/** What a jail that we make may be called; see ARCHITECTURE.md for why each other character is out (jail(8) gives dots and digits a meaning). */
export const JailName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,30}$/, "A jail's name has 1 to 31 of a-z, 0-9 and _, and begins with a letter.")
  .refine((name) => !RESERVED_JAIL_NAMES.has(name), "This name is reserved.");
export type JailName = z.infer<typeof JailName>;

/** A name that FreeBSD may hold, ours or made by hand: shown, never rendered into a file or used as a path. */
export const ForeignJailName = z.string().min(1).max(255);
export type ForeignJailName = z.infer<typeof ForeignJailName>;

/** Host name after RFC 1123, lower case, at least one label, 253 characters at most (MAXHOSTNAMELEN is 256). */
export const Hostname = z
  .string()
  .min(1, "Give the jail a host name, for example erdgeist.org.")
  .max(253, "A host name has at most 253 characters.")
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    "A host name has labels of a-z, 0-9 and hyphens, separated by dots.",
  );
export type Hostname = z.infer<typeof Hostname>;

/**
 * Row 5 of the system: dots are unwelcome in variables, so erdgeist.org becomes erdgeist_org.
 * @param hostname a valid Hostname
 * @returns the proposed jail name; not yet checked against reserved or existing names; "j_" goes before a digit
 */
export function jailNameFromHostname(hostname: string): string {
  const name = hostname.toLowerCase().replace(/[^a-z0-9]/g, "_");
  return (/^[a-z]/.test(name) ? name : `j_${name}`).slice(0, JAIL_NAME_MAX);
}

/** Our mark in a jail's config (`$knast_id`): a jail made anew under an old name has another one and inherits no grant. */
export const JailId = z.string().regex(/^[0-9a-f]{32}$/);
export type JailId = z.infer<typeof JailId>;

export const JobId = z.string().regex(/^[0-9a-f]{32}$/);
export type JobId = z.infer<typeof JobId>;

export const TerminalId = z.string().regex(/^[0-9a-f]{32}$/);
export type TerminalId = z.infer<typeof TerminalId>;

/** if_name of FreeBSD: IFNAMSIZ is 16 with the closing NUL. */
export const InterfaceName = z.string().regex(/^[a-z][a-z0-9_]{0,14}$/, "An interface is named like vtnet0.");
export type InterfaceName = z.infer<typeof InterfaceName>;

/** An account of the panel; also the `actor` that the daemon writes into its audit line. */
export const AccountName = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{0,31}$/, "A name has 1 to 32 of a-z, 0-9, dot, hyphen and _, and begins with a letter.");
export type AccountName = z.infer<typeof AccountName>;

/**
 * Actors that are no account's: root on the host, who may look at every shell and whose deeds the audit trail tells by this name, what
 * runs by itself, and the panel's own questions.
 */
export const RESERVED_ACCOUNT_NAMES: ReadonlySet<string> = new Set(["root", "schedule", "knast-web"]);

/** What a new account may be called. */
export const NewAccountName = AccountName.refine(
  (name) => !RESERVED_ACCOUNT_NAMES.has(name),
  "This name stands for the host itself. Choose another one.",
);

/** At least 8 characters (ASVS 6.2.1), up to 200 so that a passphrase is never cut; no rules of composition, but none that everybody tries first (ASVS 6.2.4). */
export const Password = z
  .string()
  .min(8, "A password has at least 8 characters; 15 or more are better.")
  .max(200, "A password has at most 200 characters.")
  .refine((password) => !isCommonPassword(password), "This is one of the passwords that everybody tries first.");
export type Password = z.infer<typeof Password>;

/** One line of authorized_keys: type, base64, optional comment; no options, as those can run commands. */
export const SshKey = z
  .string()
  .max(16_384)
  .regex(
    /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{16,}={0,3}( [\x20-\x7e]{1,200})?$/,
    "Paste a public key: one line that begins with ssh-ed25519, ssh-rsa or ecdsa-sha2-…",
  );
export type SshKey = z.infer<typeof SshKey>;

/** An absolute path on the host, given by the admin only; no dot segments, no control characters. */
export const HostPath = z
  .string()
  .max(1000)
  .regex(/^(?!.*\/\.{1,2}(?:\/|$))\/[^\x00-\x1f\x7f]*$/, "Give an absolute path without . or .. in it.");
export type HostPath = z.infer<typeof HostPath>;
