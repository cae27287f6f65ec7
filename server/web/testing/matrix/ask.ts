import { connect } from "node:net";
import { type Answer, callAction, outcome, type Poster, type ServerAction } from "../../../../e2e/action-table.ts";
import { SUBPROTOCOL } from "../../../contract/terminal.ts";
import type { Web } from "../web.ts";
import type { Verdict } from "./expect.ts";

export type Asked = Answer & { verdict: Verdict | string };
type Headers = Record<string, string>;

const BY_STATUS: Record<number, Verdict> = { 401: "unauthenticated", 403: "forbidden", 404: "not_found" };

/** Calls a server action by hand, as its page's script would. */
export async function askAction(web: Web, cookie: string, action: ServerAction, input: unknown, more: Headers = {}) {
  const poster: Poster = {
    request: {
      async post(url, { headers, data }) {
        const init: RequestInit = { method: "POST", headers: { ...headers, cookie }, body: data, redirect: "manual" };
        const response = await fetch(url, init);
        const text = await response.text();
        return { status: () => response.status, text: async () => text, headers: () => plain(response.headers) };
      },
    },
  };
  const answer = await callAction(poster, web.url, action, input, more);
  const found = outcome(answer);
  const code = found?.failure?.code ?? (found?.ok ? "reached" : `status ${answer.status}`);
  return { ...answer, verdict: code };
}

const plain = (headers: globalThis.Headers): Headers => Object.fromEntries(headers.entries());

/** Asks for a page or an API, with a form's POST unless a body is given; of a stream the first event is enough. */
export async function askPath(
  web: Web,
  cookie: string,
  method: string,
  path: string,
  more: Headers = {},
  sent?: string,
): Promise<Asked> {
  const stop = new AbortController();
  const form = method === "POST" && sent === undefined;
  const response = await fetch(web.url + path, {
    method,
    redirect: "manual",
    signal: stop.signal,
    headers: { cookie, ...more, ...(form ? { origin: web.url } : {}) },
    body: sent ?? (form ? "x" : null),
  });
  const { status } = response;
  const headers = plain(response.headers);
  let body = "";
  if (headers["content-type"]?.startsWith("text/event-stream")) {
    const reader = response.body!.getReader();
    for (let more = await reader.read(); !more.done; more = await reader.read()) {
      body += new TextDecoder().decode(more.value);
      if (body.includes("data:")) break;
    }
    stop.abort();
  } else body = await response.text();
  const redirected = status === 307 ? (headers.location === "/sign-in" ? "unauthenticated" : "reached") : undefined;
  return {
    status,
    headers,
    body,
    verdict: redirected ?? BY_STATUS[status] ?? (status < 500 ? "reached" : `${status}`),
  };
}

/** Sends bytes as they stand; a request that is cut short is one whose sender has gone. @returns all that comes back until the other side closes; what is longer than a megabyte is cut */
export function askRaw(port: number, text: string | Buffer, within = 15_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () =>
      text.includes("\r\n\r\n") ? socket.write(text) : socket.end(text),
    );
    let answer = "";
    socket.on("data", (chunk) => {
      if (answer.length < 1 << 20) answer += chunk.toString("latin1");
    });
    socket.once("close", () => resolve(answer));
    socket.on("error", () => {});
    socket.setTimeout(within, () => {
      socket.destroy();
      reject(new Error(`no end within ${within} ms: ${String(text).slice(0, 200)} -> ${answer.slice(0, 200)}`));
    });
  });
}

/** The lines of a good upgrade, to be spoilt one by one. */
export const upgradeLines = (web: Pick<Web, "url" | "port">, terminal: string, cookie: string): string[] => [
  `GET /ws/terminals/${terminal} HTTP/1.1`,
  `Host: 127.0.0.1:${web.port}`,
  `Origin: ${web.url}`,
  ...(cookie ? [`Cookie: ${cookie}`] : []),
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
];

/** Asks for a shell's socket. */
export async function askSocket(web: Web, cookie: string, terminal: string, more: Headers = {}): Promise<Asked> {
  const lines = [
    ...upgradeLines(web, terminal, cookie),
    ...Object.entries(more).map(([name, value]) => `${name}: ${value}`),
  ];
  const body = await askRaw(web.port, `${lines.join("\r\n")}\r\n\r\n`);
  const status = Number(body.slice(9, 12));
  return { status, headers: {}, body, verdict: status === 101 ? "reached" : (BY_STATUS[status] ?? `${status}`) };
}
