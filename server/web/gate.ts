import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { newRequestId } from "../services/context.ts";

/** Largest body: a form with the most and longest ssh keys fits. */
export const MAX_BODY = 512 * 1024;

const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)(:[0-9]{1,5})?$/i;
// Headers by which Next and next-auth talk to themselves or believe a proxy; from a client they are lies.
const NEVER_FROM_OUTSIDE =
  /^(x-forwarded-.*|forwarded|x-real-ip|x-middleware-.*|x-invoke-.*|x-matched-path|x-now-route-matches|x-knast-.*|x-nonce|content-security-policy.*|x-original-.*|x-rewrite-.*)$/;

export type Asked = {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  address: string | undefined;
};
export type Panel = { origin: string | null; proxies: ReadonlySet<string> };
export type Admitted = { ok: true; origin: string; nonce: string };
export type Verdict = Admitted | { ok: false; status: 400 | 403 | 405 | 411 | 413 };

/** @returns the origins from which a change may come: the configured one, else what the browser's Host makes of http and https */
export function allowedOrigins(headers: IncomingHttpHeaders, panel: Pick<Panel, "origin">): string[] {
  if (panel.origin) return [panel.origin];
  const { host } = headers;
  return host !== undefined && HOST.test(host) ? [`http://${host.toLowerCase()}`, `https://${host.toLowerCase()}`] : [];
}

/**
 * Decides on a request before Next sees it, and rewrites its headers to what is true: Host and scheme of the panel's own
 * origin, the address, a request id, the nonce. A change must come from the panel's own pages (ASVS 3.5.1).
 */
export function admit(asked: Asked, panel: Panel): Verdict {
  const { headers, method, url } = asked;
  if (!url?.startsWith("/") || url.startsWith("//") || url.includes("\\") || !decodes(url))
    return { ok: false, status: 400 };
  const origins = allowedOrigins(headers, panel);
  if (origins.length === 0) return { ok: false, status: 400 };
  if (method !== "GET" && method !== "HEAD") {
    if (method !== "POST") return { ok: false, status: 405 };
    if (headers.origin === undefined || !origins.includes(headers.origin)) return { ok: false, status: 403 };
    const length = headers["content-length"];
    if (length === undefined || headers["transfer-encoding"] !== undefined) return { ok: false, status: 411 };
    if (Number(length) > MAX_BODY) return { ok: false, status: 413 };
  }
  const source = sourceOf(asked, panel);
  for (const name of Object.keys(headers)) if (NEVER_FROM_OUTSIDE.test(name)) delete headers[name];
  const origin = headers.origin && origins.includes(headers.origin) ? headers.origin : origins[0]!;
  const { host, protocol } = new URL(origin);
  const nonce = randomBytes(18).toString("base64");
  Object.assign(headers, {
    host,
    "x-forwarded-host": host,
    "x-forwarded-proto": protocol.slice(0, -1),
    "x-knast-origin": origin,
    "x-knast-source": source,
    "x-knast-request": newRequestId(),
    "x-nonce": nonce,
  });
  return { ok: true, origin, nonce };
}

/** Whether the path is well-formed percent-encoding of text without NUL; Next answers 500 to what is not. */
function decodes(url: string): boolean {
  try {
    return !decodeURIComponent(url.split("?", 1)[0]!).includes("\0");
  } catch {
    return false;
  }
}

/** The peer, or the last address that a proxy of ours has added; what clients write into the header stands before it. */
export function sourceOf(asked: Pick<Asked, "headers" | "address">, panel: Pick<Panel, "proxies">): string {
  const peer = asked.address?.replace(/^::ffff:/, "") ?? "";
  if (!panel.proxies.has(peer)) return peer;
  const forwarded = [asked.headers["x-forwarded-for"] ?? ""].flat().join(",").split(",").at(-1)!.trim();
  return /^[0-9a-f.:]{2,45}$/i.test(forwarded) ? forwarded : peer;
}
