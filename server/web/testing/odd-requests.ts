/** Requests on which some server has fallen over, each with what its answer must begin with. */
export function oddRequests(origin: string, host: string, cookie: string): [request: string, answer: RegExp][] {
  const head = (line: string, ...more: string[]) =>
    [line, `Host: ${host}`, ...more, "Connection: close", "", ""].join("\r\n");
  const posted = (...more: string[]) => head("POST / HTTP/1.1", `Origin: ${origin}`, ...more);
  const upgrade = ["Upgrade: websocket", "Connection: Upgrade"];
  const each = (all: string[], request: (one: string) => string, answer: RegExp) =>
    all.map((one): [string, RegExp] => [request(one), answer]);
  return [
    ["nonsense\r\n\r\n", /^HTTP\/1.1 400/],
    ["\r\n\r\n\u0000\r\n\r\n", /^HTTP\/1.1 400/],
    ["\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n", /^HTTP\/1.1 400/],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /^HTTP\/1.1 400/],
    ["GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", /^HTTP\/1.1 400/],
    ["GET / HTTP/1.1\r\nConnection: close\r\n\r\n", /^HTTP\/1.1 400/],
    ["GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", /^HTTP\/1.1 (307|400)/],
    ...each(
      ["__proto__", "constructor", "toString", "hasOwnProperty", "x-nonce", "cookie"],
      (name) => head("GET /sign-in HTTP/1.1", `${name}: x`),
      /^HTTP\/1.1 200/,
    ),
    [head("GET /sign-in HTTP/1.1", `Cookie: ${"a=b; ".repeat(4000)}`), /^HTTP\/1.1 200/],
    [head("GET /jails HTTP/1.1", `Cookie: ${cookie}x; ${cookie}`), /^HTTP\/1.1 (200|307)/],
    [head("GET /sign-in HTTP/1.1", ...Array.from({ length: 500 }, (_, i) => `x${i}: y`)), /^HTTP\/1.1 (200|400|431)/],
    ...each(
      [
        "/%00",
        "/%",
        "/%zz",
        "/%ff",
        "/%c0%af",
        "/%ed%a0%80",
        "/a\\b",
        "/[",
        "/]",
        "/{",
        "/?%",
        "/?a[__proto__]=b",
        "/jails?step[]=%",
      ],
      (path) => head(`GET ${path} HTTP/1.1`),
      /^HTTP\/1.1 (307|400|404)/,
    ),
    [head("GET http://169.254.169.254/ HTTP/1.1"), /^HTTP\/1.1 400/],
    [head("GET //evil.example/x HTTP/1.1"), /^HTTP\/1.1 400/],
    [head(`GET /${"a".repeat(60_000)} HTTP/1.1`), /^HTTP\/1.1 (400|431)/],
    [head("GET / HTTP/1.1", ...upgrade), /^HTTP\/1.1 404/],
    [head("GET http://169.254.169.254/ HTTP/1.1", ...upgrade), /^HTTP\/1.1 404/],
    [head("GET /_next/webpack-hmr HTTP/1.1", ...upgrade), /^HTTP\/1.1 404/],
    [posted("Transfer-Encoding: chunked"), /^HTTP\/1.1 411/],
    [posted("Content-Length: 9999999"), /^HTTP\/1.1 413/],
    [posted("Content-Length: 5", "Transfer-Encoding: chunked"), /^HTTP\/1.1 (400|411)/],
    [posted("Content-Length: -1"), /^HTTP\/1.1 400/],
    [posted("Content-Length: 1", "Content-Length: 2"), /^HTTP\/1.1 400/],
    [posted(), /^HTTP\/1.1 411/],
    [head("POST / HTTP/1.1", "Content-Length: 0"), /^HTTP\/1.1 403/],
    [head("POST / HTTP/1.1", "Origin: null", "Content-Length: 0"), /^HTTP\/1.1 403/],
    ...each(
      ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"],
      (method) => head(`${method} /jails HTTP/1.1`, `Origin: ${origin}`),
      /^HTTP\/1.1 (400|405)/,
    ),
  ];
}
