import { z } from "zod";
import { JailName } from "./names.ts";
import { AccountRef } from "./panel.ts";

/** How many an account may have at once. */
export const SSH_KEYS_MAX = 20;
/** Fewest bits of an RSA key; NIST SP 800-57 gives 3072 the strength of the curves beside it. */
export const RSA_BITS_LEAST = 3072;

export const SSH_KEY_TYPES = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
] as const;
export type SshKeyType = (typeof SSH_KEY_TYPES)[number];

/** SHA-256 of the key's wire form as ssh-keygen(1) -l prints it. */
export const SshFingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/);

/** Said before anything is sent: the half that proves who one is must not leave its machine. */
export const PRIVATE_KEY_WORDS =
  "This is a private key. It belongs to nobody but you: paste the public one, which is in the file that ends in .pub.";

/** @returns whether a text is, or holds, the private half of a key in any of the usual forms */
export const holdsPrivateKey = (text: string): boolean =>
  /PRIVATE KEY|^PuTTY-User-Key-File|^Private-Lines:/im.test(text);

export const AddSshKeyForm = z.strictObject({
  name: z.string().trim().max(60).default(""),
  key: z
    .string()
    .max(16_384, "This is too long for a public key.")
    .refine((text) => !holdsPrivateKey(text), PRIVATE_KEY_WORDS)
    .refine((text) => text.trim() !== "", "Paste a public key."),
});
export type AddSshKeyForm = z.input<typeof AddSshKeyForm>;

export const SshKeyRef = z.strictObject({ key: z.string().min(1).max(64) });

export const AccountSshKey = z.strictObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  fingerprint: SshFingerprint,
  account: AccountRef,
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  lastUsedFrom: z.string().nullable(),
  /** ended: with all sessions of its account, by a new password or because it was disabled */
  state: z.enum(["good", "ended"]),
});
export type AccountSshKey = z.infer<typeof AccountSshKey>;

/** Where the gateway listens. It is off until the admin switches it on. */
export const SshGatewaySettings = z.strictObject({
  on: z.boolean(),
  /** one address of the host; 0.0.0.0 or :: are all of them, those of jails too */
  address: z.union([z.ipv4(), z.ipv6()], "Give an address like 192.0.2.1 or 2001:db8::1."),
  port: z.int("A port is a number.").min(1, "A port is at least 1.").max(65_535, "A port is at most 65535."),
});
export type SshGatewaySettings = z.infer<typeof SshGatewaySettings>;
export const USUAL_SSH_GATEWAY: SshGatewaySettings = { on: false, address: "127.0.0.1", port: 2222 };

/** What the gateway does at this moment. */
export const SshGatewayState = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("off") }),
  z.strictObject({ state: z.literal("listening"), connections: z.int().min(0) }),
  z.strictObject({ state: z.literal("failed"), why: z.string() }),
]);
export type SshGatewayState = z.infer<typeof SshGatewayState>;

export const SshGatewayView = z.strictObject({
  settings: SshGatewaySettings,
  now: SshGatewayState,
  /** null until it was on for the first time */
  hostKey: z.strictObject({ type: z.string(), fingerprint: SshFingerprint, line: z.string() }).nullable(),
});
export type SshGatewayView = z.infer<typeof SshGatewayView>;

/** How one comes in, for whoever has an account; null while the gateway is off. */
export type SshWay = { host: string; port: number; hostKey: { type: string; fingerprint: string } };

/** Which of a person's shells in the jail is meant: the one used last, the n-th by age, or the one whose id begins so. */
export type SshWhich = { kind: "new" | "last" } | { kind: "number"; number: number } | { kind: "id"; begins: string };
export type SshTarget = { jail: string; which: SshWhich };

const WHICH = /^(?:(last)|([1-9][0-9]{0,2})|([0-9a-f]{6,32}))$/;

/** @returns what a user name of ssh asks for: JAIL, JAIL+last, JAIL+2 or JAIL+3fa9c1 (also with a colon); null for anything else */
export function parseSshUser(user: string): SshTarget | null {
  const [, name, rest] = /^([^+:]{1,31})(?:[+:](.{1,32}))?$/.exec(user) ?? [];
  const jail = JailName.safeParse(name);
  if (!jail.success) return null;
  if (rest === undefined) return { jail: jail.data, which: { kind: "new" } };
  const [, last, number, begins] = WHICH.exec(rest) ?? [];
  if (last) return { jail: jail.data, which: { kind: "last" } };
  if (number) return { jail: jail.data, which: { kind: "number", number: Number(number) } };
  return begins ? { jail: jail.data, which: { kind: "id", begins } } : null;
}

/** How much of a shell's id is shown to be typed again. */
export const SSH_ID_SHOWN = 6;
