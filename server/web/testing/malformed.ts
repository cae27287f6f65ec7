import type { Chooser } from "../../daemon/testing/random.ts";

const JUNK = ["\u0000", "\u007f", "a b", "é", "\t", "%0d%0a", "\\", "'\"`$(id)", "../..", "x".repeat(300), ""];

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** What by itself makes a request one that opens no shell. Each takes the lines of a good upgrade and spoils them. */
const FATAL: ((choose: Chooser, lines: string[]) => string[] | string)[] = [
  ({ pick }, lines) =>
    set(lines, 0, lines[0]!.replace(/^GET/, pick(["POST", "HEAD", "PUT", "CONNECT", "get", "G T", ""]))),
  ({ pick, below }, lines) => {
    const [, path] = lines[0]!.split(" ") as [string, string];
    const at = below(path.length);
    const worse = pick([
      path.slice(0, at),
      `${path.slice(0, at)}${pick(["/", ".", "%2e", "%00", "?", "#", ";", "A", "\\"])}${path.slice(at)}`,
      `/${path}`,
      `${path}?from=${pick(["-1", "01", "1e3", "", "x", "1&from=2", "99999999999999999", "0x10"])}`,
      `http://169.254.169.254${path}`,
      `http://127.0.0.1${path}`,
      path.toUpperCase(),
      path.replace("/ws/", pick(["/v1/", "/WS/", "/w%73/", "/"])),
      "*",
      "",
    ]);
    return set(lines, 0, `GET ${worse === path ? "/" : worse} HTTP/1.1`);
  },
  ({ pick }, lines) =>
    set(
      lines,
      0,
      lines[0]!.replace("HTTP/1.1", pick(["HTTP/0.9", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "HTP/1.1", "", "HTTP/1.1 x"])),
    ),
  ({ pick }, lines) =>
    value(
      lines,
      "Origin",
      pick([null, "null", "", "http://evil.example", "http://127.0.0.1", "https://127.0.0.1:1", "*"]),
    ),
  ({ pick }, lines) => value(lines, "Sec-WebSocket-Version", pick([null, "8", "12", "14", "013", "x", "13, 8", ""])),
  ({ pick, bytes }, lines) =>
    value(
      lines,
      "Sec-WebSocket-Key",
      pick([null, "", "x", "A".repeat(24), `${"A".repeat(22)}=`, bytes(40).toString("hex")]),
    ),
  ({ pick }, lines) =>
    value(lines, "Sec-WebSocket-Protocol", pick([null, "", "knast.terminal.v2", "KNAST.TERMINAL.V1", "knast", ",,,"])),
  ({ pick }, lines) => value(lines, "Upgrade", pick(["h2c", "websocket2", "web socket", "TLS/1.2"])),
  ({ pick, below }, lines) => {
    const [name, token] = lines.find(isCookie)!.split("=") as [string, string];
    const at = below(token.length);
    // The highest bit of a character always counts, the lowest ones of a part's last do not.
    const other = BASE64URL[BASE64URL.indexOf(token[at]!) ^ 32] ?? "A";
    const spoilt = `${name}=${token.slice(0, at)}${other}${token.slice(at + 1)}`;
    return lines.flatMap((line) =>
      isCookie(line) ? pick([[], [spoilt], [`${name}=`], [`Cookie: ${token}`]]) : [line],
    );
  },
  ({ pick }, lines) =>
    value(lines, "Host", pick([null, "", "a b", "evil.example", "127.0.0.1:99999", "[::1", "x@127.0.0.1"])),
  (_, lines) => [...lines, `X-Long: ${"x".repeat(40_000)}`],
  (_, lines) => [
    ...lines.slice(0, 1),
    ...Array.from({ length: 3000 }, (_each, i) => `X${i}: yyyyyyyyyy`),
    ...lines.slice(1),
  ],
  ({ pick }, lines) => [...lines, pick([" folded: x", "no colon", ": empty", "Bad Name: x", "X: \u0000", "X: a\rb"])],
  ({ bytes }) => `${bytes(400).toString("latin1")}\r\n\r\n`,
  ({ below }, lines) => `${lines.join("\r\n")}`.slice(0, below(200)),
  ({ pick }, lines) => [
    ...lines,
    pick(["Content-Length: -1", "Content-Length: 1, 2", "Transfer-Encoding: chunked, x"]),
  ],
];

const isCookie = (line: string) => /^cookie:/i.test(line);
const set = (lines: string[], at: number, line: string) => lines.map((each, i) => (i === at ? line : each));
const value = (lines: string[], name: string, to: string | null) =>
  lines.flatMap((line) =>
    !line.toLowerCase().startsWith(`${name.toLowerCase()}:`) ? [line] : to === null ? [] : [`${name}: ${to}`],
  );

/** @returns the bytes of an upgrade with at least one thing wrong, and some that are only odd */
export function malformedUpgrade(choose: Chooser, good: string[]): Buffer {
  const { pick, random, below } = choose;
  let lines = [...good];
  for (let odd = below(3); odd > 0; odd--)
    lines.splice(1 + below(lines.length - 1), 0, `X-${below(1000)}: ${pick(JUNK.slice(2))}`);
  if (random() < 0.3)
    lines = lines.map((line, i) => (i === 0 ? line : line.replace(/^[^:]+/, (name) => name.toLowerCase())));
  const spoilt = pick(FATAL)(choose, random() < 0.3 ? good : lines);
  return Buffer.from(typeof spoilt === "string" ? spoilt : `${spoilt.join("\r\n")}\r\n\r\n`, "latin1");
}

/** One frame (RFC 6455 5.2), right or wrong as it is asked for. */
export function frame(
  opcode: number,
  payload: Buffer,
  {
    fin = true,
    rsv = 0,
    mask = true,
    length = payload.length,
  }: { fin?: boolean; rsv?: number; mask?: boolean; length?: number | bigint } = {},
): Buffer {
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const bit = mask ? 0x80 : 0;
  let head: Buffer;
  if (length < 126) head = Buffer.from([first, bit | Number(length)]);
  else if (length < 65_536) {
    head = Buffer.from([first, bit | 126, 0, 0]);
    head.writeUInt16BE(Number(length), 2);
  } else {
    head = Buffer.alloc(10);
    head.set([first, bit | 127]);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  const key = Buffer.from([1, 2, 3, 4]);
  return mask
    ? Buffer.concat([head, key, Buffer.from(payload.map((byte, i) => byte ^ key[i % 4]!))])
    : Buffer.concat([head, payload]);
}

const TEXT = 1;
const BINARY = 2;
const text = (value: unknown) => frame(TEXT, Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));

/** Frames after which the other side must close. Nothing of them may be typed into a shell. */
export const BAD_FRAMES: ((choose: Chooser) => Buffer)[] = [
  ({ bytes }) => frame(BINARY, bytes(50), { mask: false }),
  ({ bytes, pick }) => frame(pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), bytes(50)),
  ({ bytes, pick }) => frame(pick([TEXT, BINARY, 8, 9]), bytes(50), { rsv: pick([1, 2, 3, 4, 5, 6, 7]) }),
  ({ pick }) => frame(pick([8, 9, 10]), Buffer.alloc(200)),
  ({ pick }) => frame(pick([8, 9, 10]), Buffer.alloc(5), { fin: false }),
  ({ bytes }) => frame(0, bytes(50)),
  ({ bytes }) => Buffer.concat([frame(BINARY, bytes(9), { fin: false }), frame(BINARY, bytes(9))]),
  ({ pick }) =>
    frame(BINARY, Buffer.alloc(10), { length: pick([131_073n, 2n ** 31n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n]) }),
  () => frame(BINARY, Buffer.alloc(200_000)),
  () => Buffer.concat(Array.from({ length: 100 }, (_, i) => frame(i ? 0 : BINARY, Buffer.alloc(1), { fin: false }))),
  ({ pick }) =>
    frame(TEXT, Buffer.from(pick([[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]))),
  ({ pick }) => frame(8, Buffer.from(pick([[1], [0x03, 0xec], [0, 0], [0xff, 0xff], [0x03, 0xe8, 0xff]]))),
  ({ pick }) =>
    text(pick(["", "{", "[]", "null", "1", '"x"', "{}", '{"t":1}', '{"t":"x"}', '{"__proto__":{"t":"ack"}}'])),
  ({ pick }) =>
    text({
      t: "resize",
      cols: pick<unknown>([0, -1, 1e9, 70_000, 1.5, "80", null, [80]]),
      rows: pick<unknown>([24, 0, 1e9, {}]),
    }),
  ({ pick }) => text({ t: "ack", offset: pick<unknown>([-1, 1.5, 1e300, "1", null, [], {}]) }),
  () => text({ t: "resize", cols: 80, rows: 24, argv: ["/bin/sh"] }),
];
