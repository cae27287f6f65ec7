import { isIP } from "node:net";
import { KnastError } from "../../contract/errors.ts";

/**
 * Passkeys belong to the panel's host name (WebAuthn's RP ID); browsers make none for bare addresses and none without https.
 * @returns why there can't be any at this origin, null when there can
 */
export function noPasskeysAt(origin: string): string | null {
  const { hostname, protocol } = new URL(origin);
  if (isIP(hostname.replace(/^\[|\]$/g, "")))
    return "Passkeys need a host name: open the panel by its name, not by its address.";
  if (protocol !== "https:" && hostname !== "localhost" && !hostname.endsWith(".localhost"))
    return "Passkeys need https: put a TLS proxy in front of the panel.";
  return null;
}

/** @returns origin and RP ID @throws KnastError invalid where there can't be passkeys */
export function relyingParty(origin: string): { origin: string; id: string } {
  const message = noPasskeysAt(origin);
  if (message) throw new KnastError("invalid", { message });
  return { origin, id: new URL(origin).hostname };
}
