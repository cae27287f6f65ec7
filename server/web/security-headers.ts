import type { Admitted } from "./gate.ts";

/**
 * Headers of every answer, whatever it is. Scripts run by nonce or from here, and may compile WebAssembly, which decodes a
 * shell's pictures (not eval: what could call it runs already); styles may stand in the page, as xterm.js writes
 * its own; sockets go to the panel only (Safari does not count ws: as 'self').
 * @param dev React's development build needs eval
 */
export function securityHeaders({ origin, nonce }: Pick<Admitted, "origin" | "nonce">, dev: boolean) {
  const { host, protocol } = new URL(origin);
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'wasm-unsafe-eval'${dev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return {
    "content-security-policy": policy,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
    ...(protocol === "https:" ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}
