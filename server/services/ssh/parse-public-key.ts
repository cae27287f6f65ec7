import { createHash, createPublicKey } from "node:crypto";
import ssh2 from "ssh2";
import { KnastError } from "../../contract/errors.ts";
import {
  holdsPrivateKey,
  PRIVATE_KEY_WORDS,
  RSA_BITS_LEAST,
  SSH_KEY_TYPES,
  type SshKeyType,
} from "../../contract/ssh.ts";

/** `blob` is the form on the wire (RFC 4253 6.6), `comment` what stood behind it in its line. */
export type PublicKey = { type: SshKeyType; blob: Buffer; fingerprint: string; comment: string };

const LINE = /^([a-z0-9@.-]{4,64}) +([A-Za-z0-9+/]{16,}={0,2})(?: +([^\r\n]{0,200}))?$/;
const KNOWN = /(?:^|\s)(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-\S+|sk-(?:ssh|ecdsa)-\S+) /;
const CURVES: Partial<Record<SshKeyType, string>> = {
  "ecdsa-sha2-nistp256": "prime256v1",
  "ecdsa-sha2-nistp384": "secp384r1",
  "ecdsa-sha2-nistp521": "secp521r1",
};

const refuse = (message: string) =>
  new KnastError("invalid", { message, problems: [{ field: "key", code: "invalid", message }] });

export const fingerprintOf = (blob: Buffer): string =>
  `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;

/**
 * Reads one line of authorized_keys(5) without options: type, base64, comment. The key must be strong enough, of a type that
 * can be checked, and written in exactly one way, so that it has one fingerprint.
 * @throws KnastError invalid, with the reason at the field `key`
 */
export function parsePublicKey(text: string): PublicKey {
  if (holdsPrivateKey(text)) throw refuse(PRIVATE_KEY_WORDS);
  const line = text.trim();
  if (/[\r\n]/.test(line)) throw refuse("Paste one key: one line, as it stands in the file that ends in .pub.");
  const [, type = "", base64 = "", comment = ""] = LINE.exec(line) ?? [];
  if (!/^(ssh|ecdsa|sk)-/.test(type) && KNOWN.test(line))
    throw refuse("Options before a key are not taken. Paste the line from its type on, for example from ssh-ed25519.");
  if (/-cert-v0[01]@/.test(type)) throw refuse("Certificates are not taken. Paste the key itself.");
  if (type.startsWith("sk-"))
    throw refuse("Keys on a hardware token (sk-…) can't be checked here. Use ssh-ed25519, ECDSA or RSA.");
  if (type === "ssh-dss") throw refuse("DSA keys are too weak. Make a new one: ssh-keygen -t ed25519.");
  const known = SSH_KEY_TYPES.find((each) => each === type);
  if (!known) throw refuse("Paste a public key: one line that begins with ssh-ed25519, ecdsa-sha2-… or ssh-rsa.");
  const blob = Buffer.from(base64, "base64");
  if (blob.toString("base64") !== base64 || soundBits(known, blob) === null)
    throw refuse("This public key is not whole.");
  if (!isStrongKey(known, blob))
    throw refuse(`This RSA key is too short: ${RSA_BITS_LEAST} bits at least. Better: ssh-keygen -t ed25519.`);
  return { type: known, blob, fingerprint: fingerprintOf(blob), comment: comment.trim() };
}

/** @returns the key that ssh2 makes of a wire form; null for what it can't read */
export function keyOf(blob: Buffer) {
  try {
    const key = ssh2.utils.parseKey(blob);
    return key instanceof Error || key.isPrivateKey() ? null : key;
  } catch {
    return null; // it reads lengths that point beyond the end
  }
}

/** Whether a wire form is a whole key of a type that is taken, and long enough. */
export function isStrongKey(type: string, blob: Buffer): boolean {
  const known = SSH_KEY_TYPES.find((each) => each === type);
  const bits = known ? soundBits(known, blob) : null;
  return bits !== null && (known !== "ssh-rsa" || bits >= RSA_BITS_LEAST);
}

/** @returns bits of an RSA key, 0 of the others; null for what is no key of this type in its one right writing, on its curve */
function soundBits(type: SshKeyType, blob: Buffer): number | null {
  const key = keyOf(blob);
  if (!key || key.type !== type || !key.getPublicSSH().equals(blob)) return null;
  try {
    const { asymmetricKeyType, asymmetricKeyDetails = {} } = createPublicKey(key.getPublicPEM());
    if (type === "ssh-ed25519") return asymmetricKeyType === "ed25519" ? 0 : null;
    const { namedCurve, publicExponent = 0n, modulusLength = 0 } = asymmetricKeyDetails;
    if (type !== "ssh-rsa") return namedCurve === CURVES[type] ? 0 : null;
    // An exponent of 1 would let everybody sign; ssh-keygen has made 65537 for long.
    const good = publicExponent >= 65_537n && publicExponent % 2n === 1n && modulusLength <= 16_384;
    return good ? modulusLength : null;
  } catch {
    return null; // a point that is not on its curve, for instance
  }
}
