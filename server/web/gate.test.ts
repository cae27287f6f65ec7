import { describe, expect, it } from "vitest";
import { admit, type Asked, sourceOf } from "./gate.ts";
import { securityHeaders } from "./security-headers.ts";

const open = { origin: null, proxies: new Set<string>() };
const named = { origin: "https://panel.example.org", proxies: new Set(["10.0.0.1"]) };
const asked = (over: Omit<Partial<Asked>, "headers"> & { headers?: Record<string, string> } = {}): Asked => ({
  method: "GET",
  url: "/jails",
  address: "192.0.2.7",
  ...over,
  headers: { host: "127.0.0.1:3000", ...over.headers },
});
const post = (headers: Record<string, string>) =>
  asked({ method: "POST", headers: { "content-length": "2", ...headers } });
const status = (verdict: ReturnType<typeof admit>) => (verdict.ok ? 200 : verdict.status);

describe("the gate", () => {
  it("takes a change from the panel's own origin only, to the letter", () => {
    const table: [string | undefined, number][] = [
      ["http://127.0.0.1:3000", 200],
      ["https://127.0.0.1:3000", 200],
      [undefined, 403],
      ["null", 403],
      ["", 403],
      ["http://127.0.0.1", 403],
      ["http://127.0.0.1:3001", 403],
      ["http://127.0.0.1:30000", 403],
      ["http://127.0.0.1:3000.evil.example", 403],
      ["http://evil.example", 403],
      ["http://127.0.0.1:3000/", 403],
      ["HTTP://127.0.0.1:3000", 403],
      ["http://localhost:3000", 403],
      ["ws://127.0.0.1:3000", 403],
      ["http://user@127.0.0.1:3000", 403],
    ];
    for (const [origin, expected] of table)
      expect(status(admit(post(origin === undefined ? {} : { origin }), open)), String(origin)).toBe(expected);
    expect(status(admit(post({ origin: "https://panel.example.org" }), named))).toBe(200);
    // With an origin configured, what the client calls the host counts for nothing.
    expect(status(admit(post({ origin: "http://127.0.0.1:3000" }), named))).toBe(403);
    expect(status(admit(post({ origin: "http://panel.example.org" }), named))).toBe(403);
    expect(status(admit(post({ origin: "https://panel.example.org:443" }), named))).toBe(403);
  });

  it("refuses odd addresses, methods, bodies and hosts", () => {
    const origin = "http://127.0.0.1:3000";
    for (const url of [
      "http://169.254.169.254/",
      "//evil.example/x",
      "*",
      "",
      undefined,
      "/a\\b",
      "/%",
      "/%zz",
      "/%ff",
      "/a%00b",
    ])
      expect(status(admit(asked({ url }), open)), String(url)).toBe(400);
    for (const method of ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", undefined])
      expect(status(admit(asked({ method, headers: { origin } }), open)), method).toBe(405);
    const head = (url: string) => status(admit(asked({ method: "HEAD", url, headers: { origin } }), open));
    for (const url of ["/api/live", "/%61pi/live", "/x/../api/archives/x", "/x/%2e%2e/api/live?x", "/API/live", "/api"])
      expect(head(url), url).toBe(405);
    for (const url of ["/", "/apis", "/x/api/live"]) expect(head(url), url).not.toBe(405);
    expect(status(admit(asked({ method: "POST", headers: { origin } }), open))).toBe(411);
    const chunked = { origin, "content-length": "2", "transfer-encoding": "chunked" };
    expect(status(admit(post(chunked), open))).toBe(411);
    expect(status(admit(post({ origin, "content-length": String(10 ** 6) }), open))).toBe(413);
    for (const host of ["", "a b", "evil.example/x", "a@b", "x:999999", "<script>", "a;b"])
      expect(status(admit(asked({ headers: { host } }), open)), host).toBe(400);
  });

  it("lets programs into the API without an origin, by any of its methods, and nowhere else", () => {
    const api = (over: Parameters<typeof asked>[0]) => status(admit(asked({ url: "/api/v1/jails", ...over }), open));
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      expect(api({ method }), method).toBe(200);
      expect(api({ method, headers: { origin: "http://127.0.0.1:3000" } }), method).toBe(200);
      for (const origin of ["http://evil.example", "null", "", "http://127.0.0.1:3001"])
        expect(api({ method, headers: { origin } }), `${method} ${origin}`).toBe(403);
    }
    for (const method of ["TRACE", "CONNECT", "PROPFIND", undefined]) expect(api({ method }), method).toBe(405);
    expect(api({ method: "POST", headers: { "transfer-encoding": "chunked" } })).toBe(411);
    const long = { "content-length": String(8 * 1024 * 1024) };
    expect(api({ method: "POST", headers: long })).toBe(413);
    expect(api({ method: "PUT", headers: long, url: `/api/v1/uploads/${"0".repeat(32)}?offset=0` })).toBe(200);
    expect(api({ method: "PUT", headers: long, url: `/api/v1/uploads/${"0".repeat(32)}?offset=0&x` })).toBe(413);
    const piece = `/api/v1/shells/${"0".repeat(32)}/files/${"1".repeat(32)}?offset=0`;
    expect(api({ method: "PUT", headers: { ...long, "content-length": String(1024 * 1024) }, url: piece })).toBe(200);
    expect(api({ method: "PUT", headers: { ...long, "content-length": String(1024 * 1024 + 1) }, url: piece })).toBe(
      413,
    );
    // What only looks like it, or leads out of it, is a page's.
    for (const url of [
      "/api/v1/../jails",
      "/api/v1/%2e%2e/jails",
      "/api/v1/./jails",
      "/api/v1x",
      "/api/v10/jails",
      "/API/v1/jails",
      "/%61pi/v1/jails",
      "/x/../api/v1/jails",
      "/jails?/api/v1/",
      "/api/uploads/x",
    ])
      expect(api({ method: "POST", url, headers: { "content-length": "2" } }), url).toBe(403);
  });

  it("throws away what a client says of itself by other names", () => {
    const request = asked({
      headers: {
        "x-forwarded-for": "198.51.100.1",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "x-knast-source": "127.0.0.1",
        "x-knast-origin": "http://evil.example",
        "x-middleware-subrequest": "middleware:middleware",
        "x-nonce": "known",
        forwarded: "for=198.51.100.1",
      },
    });
    const verdict = admit(request, open);
    expect(request.headers).toMatchObject({
      host: "127.0.0.1:3000",
      "x-forwarded-host": "127.0.0.1:3000",
      "x-forwarded-proto": "http",
      "x-knast-source": "192.0.2.7",
      "x-knast-origin": "http://127.0.0.1:3000",
      "x-nonce": verdict.ok && verdict.nonce,
    });
    for (const name of ["x-forwarded-for", "x-middleware-subrequest", "forwarded"])
      expect(request.headers).not.toHaveProperty(name);
  });

  it("believes X-Forwarded-For from its proxies only, and of it the last address only", () => {
    const from = (address: string, forwarded: string) =>
      sourceOf({ address, headers: { "x-forwarded-for": forwarded } }, named);
    expect(from("192.0.2.7", "198.51.100.1")).toBe("192.0.2.7");
    expect(from("10.0.0.1", "127.0.0.1, 198.51.100.1")).toBe("198.51.100.1");
    expect(from("::ffff:10.0.0.1", "2001:db8::1")).toBe("2001:db8::1");
    expect(from("10.0.0.1", "<script>")).toBe("10.0.0.1");
  });

  it("makes a nonce for each request, and lets scripts run by it alone", () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const verdict = admit(asked(), open);
      if (verdict.ok) nonces.add(verdict.nonce);
    }
    expect(nonces.size).toBe(100);
    const headers = securityHeaders({ origin: "https://panel.example.org", nonce: "N" }, false);
    const script = /script-src ([^;]*)/.exec(headers["content-security-policy"])?.[1];
    expect(script).toBe("'self' 'nonce-N' 'wasm-unsafe-eval'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers).toHaveProperty("strict-transport-security");
    expect(securityHeaders({ origin: "http://x", nonce: "N" }, false)).not.toHaveProperty("strict-transport-security");
  });
});
