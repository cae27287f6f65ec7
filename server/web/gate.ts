import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { API_METHODS } from "../contract/api/endpoint.ts";
import { SHELL_PIECE } from "../contract/shell-file.ts";
import { UPLOAD_PIECE } from "../contract/upload.ts";
import { newRequestId } from "../services/context.ts";

/** Largest body: a form with the most and longest ssh keys fits. */
export const MAX_BODY = 512 * 1024;
/** A piece of an upload; the route itself decides who may. */
const UPLOAD = /^\/api\/(v1\/)?uploads\/[0-9a-f]{32}\?offset=[0-9]{1,15}$/;
const SHELL_FILE = /^\/api\/(v1\/)?shells\/[0-9a-f]{32}\/files\/[0-9a-f]{32}\?offset=[0-9]{1,15}$/;

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
  const v1 = isApiV1(url);
  if (method === "HEAD" && !v1 && isApi(url)) return { ok: false, status: 405 };
  if (v1) {
    // Programs name no origin and bring a token, which no page of elsewhere can make a browser send; cookies count for nothing there.
    if (!API_METHODS.has(method ?? "")) return { ok: false, status: 405 };
    if (headers.origin !== undefined && !origins.includes(headers.origin)) return { ok: false, status: 403 };
    if (headers["transfer-encoding"] !== undefined) return { ok: false, status: 411 };
    if (tooLong(headers, url)) return { ok: false, status: 413 };
  } else if (method !== "GET" && method !== "HEAD") {
    if (method !== "POST") return { ok: false, status: 405 };
    if (headers.origin === undefined || !origins.includes(headers.origin)) return { ok: false, status: 403 };
    const length = headers["content-length"];
    if (length === undefined || headers["transfer-encoding"] !== undefined) return { ok: false, status: 411 };
    if (tooLong(headers, url)) return { ok: false, status: 413 };
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

const tooLong = (headers: IncomingHttpHeaders, url: string): boolean => {
  const most = UPLOAD.test(url) ? UPLOAD_PIECE : SHELL_FILE.test(url) ? SHELL_PIECE : MAX_BODY;
  return Number(headers["content-length"] ?? 0) > most;
};

/** Whether a path is the API's as it stands, with no way out of it by dots. */
export function isApiV1(url = ""): boolean {
  const path = url.split("?", 1)[0]!;
  return /^\/api\/v1(\/|$)/.test(path) && new URL(path, "http://x").pathname === path;
}

/** Next answers HEAD by GET and drops the body without ending it: a stream of events or an archive would stay open for ever. */
const isApi = (url: string): boolean => /^\/+api(\/|$)/i.test(decodeURIComponent(new URL(url, "http://x").pathname));

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
