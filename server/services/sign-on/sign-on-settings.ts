/** The OpenID provider by which people may sign in. */
export type SignOnSettings = { issuer: string; clientId: string; clientSecret: string; name: string };

const LOOPBACK = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])$/;

/**
 * Reads KNAST_OIDC_ISSUER, KNAST_OIDC_CLIENT_ID, KNAST_OIDC_CLIENT_SECRET and KNAST_OIDC_NAME (what the button says).
 * @returns null without an issuer
 * @throws RangeError with a sentence for the console
 */
export function signOnSettings(from: Record<string, string | undefined>): SignOnSettings | null {
  const issuer = from.KNAST_OIDC_ISSUER;
  if (!issuer) return null;
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  // OpenID Connect Discovery 1.0, section 3: https, no query, no fragment. A provider on this host may do without TLS.
  const safe = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.test(url.hostname));
  if (!url || !safe || url.search || url.hash || url.username || url.password)
    throw new RangeError("KNAST_OIDC_ISSUER is not like https://login.example.org.");
  const { KNAST_OIDC_CLIENT_ID: clientId, KNAST_OIDC_CLIENT_SECRET: clientSecret } = from;
  if (!clientId || !clientSecret)
    throw new RangeError("KNAST_OIDC_CLIENT_ID and KNAST_OIDC_CLIENT_SECRET must be there too.");
  return { issuer, clientId, clientSecret, name: from.KNAST_OIDC_NAME?.trim().slice(0, 40) || url.hostname };
}
