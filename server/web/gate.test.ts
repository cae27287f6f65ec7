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
    expect(status(admit(asked({ method: "POST", headers: { origin } }), open))).toBe(411);
    const chunked = { origin, "content-length": "2", "transfer-encoding": "chunked" };
    expect(status(admit(post(chunked), open))).toBe(411);
    expect(status(admit(post({ origin, "content-length": String(10 ** 6) }), open))).toBe(413);
    for (const host of ["", "a b", "evil.example/x", "a@b", "x:999999", "<script>", "a;b"])
      expect(status(admit(asked({ headers: { host } }), open)), host).toBe(400);
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
    expect(script).toBe("'self' 'nonce-N'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers).toHaveProperty("strict-transport-security");
    expect(securityHeaders({ origin: "http://x", nonce: "N" }, false)).not.toHaveProperty("strict-transport-security");
  });
});
