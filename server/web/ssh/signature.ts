import type { PublicKeyAuthContext } from "ssh2";
import { isStrongKey, keyOf } from "../../services/ssh/parse-public-key.ts";

const RSA_HASHES = ["sha256", "sha512"];

/** RSA signs with SHA-2 only (RFC 8332), the others with what their type says. */
const hashIsGood = (algo: string, hash: string | undefined): boolean =>
  algo === "ssh-rsa" ? RSA_HASHES.includes(hash ?? "") : hash === undefined;

/** Whether a key is of a kind that anybody could have added; nothing is asked of the database. */
export const isUsableKey = ({ key, hashAlgo }: PublicKeyAuthContext): boolean =>
  isStrongKey(key.algo, key.data) && hashIsGood(key.algo, hashAlgo);

/** Whether the one who signs in holds the private half (RFC 4252 7). */
export function isGoodSignature(asks: PublicKeyAuthContext): boolean {
  const { key, signature, blob, hashAlgo } = asks;
  if (!signature || !blob || !isUsableKey(asks)) return false;
  try {
    return keyOf(key.data)?.verify(blob, signature, hashAlgo) === true;
  } catch {
    return false; // OpenSSL says so of a signature that is malformed
  }
}
