import { VERBS, type VerbName } from "../../contract/daemon.ts";
import type { Chooser } from "./random.ts";
import { sample } from "./sample.ts";

type Json = Record<string, unknown>;
const KEYS = (
  "name id job hostname interface ip4 pools source __proto__ constructor after flavour settings mounts digest " +
  "archive upload as jails list toString length limits terminal cols rows pid signal owners"
).split(" ");
const TEXTS = [
  "",
  "a\u0000b",
  "../../etc",
  "*",
  "-r",
  "erdgeist.org",
  "’; rm -rf /",
  "$(id)",
  "a\nb",
  "\ud800",
  "é".repeat(40),
];

const ALL = Object.keys(VERBS) as VerbName[];
const CHANGING = ALL.filter((verb) => VERBS[verb].kind !== "look");
/** What any value may be sent to: where `{}` is an input and something begins, it would be right by chance. */
const ANY = ALL.filter((verb) => VERBS[verb].kind === "look" || !VERBS[verb].input.safeParse({}).success);
const plain = new Map<VerbName, Json>();
/** A right input of a verb, the plainest that there is. */
export const plainInput = (verb: VerbName): Json => {
  if (!plain.has(verb)) plain.set(verb, sample(VERBS[verb].input) as Json);
  return plain.get(verb)!;
};

/** Any value of JSON. */
export function anyValue(choose: Chooser, depth = 0): unknown {
  const { pick, random, below } = choose;
  const some = <T>(make: () => T) => Array.from({ length: depth > 3 ? 0 : below(5) }, make);
  return pick<() => unknown>([
    () => null,
    () => random() * 1e9,
    () => pick([-1, 1e308, 0, 2 ** 53, 1.5]),
    () => random() < 0.5,
    () => pick(TEXTS),
    () => "x".repeat(below(2000)),
    () => some(() => anyValue(choose, depth + 1)),
    () => Object.fromEntries(some(() => [pick(KEYS), anyValue(choose, depth + 1)])),
  ])();
}

/** A right input with one thing wrong; null where a verb takes nothing that could be. */
function mutated(choose: Chooser, verb: VerbName): string {
  const { pick, below } = choose;
  const input: Json = { ...plainInput(verb) };
  const keys = Object.keys(input);
  const wrong = pick<() => unknown>([
    () => ({ ...input, [`${pick(KEYS)}X`]: anyValue(choose) }),
    () => (keys.length ? { ...input, [pick(keys)]: { contains: "" } } : [input]),
    () => (keys.length ? { ...input, [pick(keys)]: [[anyValue(choose)]] } : [input]),
    () => (keys.length ? { ...input, [pick(keys)]: { __proto__: null, "": 1 } } : null),
    () => [input, input],
    () => JSON.stringify(input),
  ])();
  const text = JSON.stringify(wrong);
  return pick([text, text, text, text.slice(0, below(text.length)), `${text}${pick(["}", ",", "x", "\u0000"])}`]);
}

/** One of what is sent to a verb: right in its form or hardly, never in what it asks for. */
export function randomCall(choose: Chooser): { verb: VerbName; body: string } {
  const { pick, random, below } = choose;
  if (random() < 0.5) {
    const verb = pick(CHANGING);
    return { verb, body: mutated(choose, verb) };
  }
  const text = JSON.stringify(anyValue(choose)) ?? "";
  return { verb: pick(ANY), body: random() < 0.2 ? text.slice(0, below(text.length)) : text };
}

const post = (path: string, body: string, more = "") =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** Bytes of one connection, in pieces as they are to be written: rubbish, heads that are wrong, several requests, one that ends halfway. */
export function randomBytes(choose: Chooser): Buffer[] {
  const { pick, bytes, below, random } = choose;
  const { verb, body } = randomCall(choose);
  const whole = pick<() => Buffer | string>([
    () => bytes(300),
    () =>
      `${pick(["POST", "GET", "\u0000", "CONNECT", "PUT"])} ${pick(["/v1/jail.list", "*", "x", "/%00", "/v1/uploads/x?offset=0"])} HTTP/${pick(["1.1", "1.0", "9"])}\r\n${pick(
        [
          "",
          "host: x\r\n",
          "__proto__: x\r\n",
          "content-length: -1\r\n",
          "transfer-encoding: chunked\r\n",
          `x: ${"x".repeat(9000)}\r\n`,
        ],
      )}\r\n${body}`,
    () =>
      post(
        `/v1/${verb}`,
        body,
        pick(["knast-actor: A b\r\n", "idempotency-key: a b\r\n", "expect: 100-continue\r\n", "content-type: x\r\n"]),
      ),
    () => post("/v1/job.list", "{}") + post(`/v1/${verb}`, body) + post("/v1/nosuch", "{}"),
    () => post(`/v1/${verb}`, body).slice(0, below(120)),
    () =>
      post(`/v1/${verb}`, body).replace(
        /content-length: \d+/,
        `content-length: ${pick(["1e3", "0x10", "99999999999", "1"])}`,
      ),
    () =>
      `GET /v1/terminals/${pick(["x", "0".repeat(32)])} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: ${pick(["13", "8"])}\r\nsec-websocket-key: ${pick(["AAAAAAAAAAAAAAAAAAAAAA==", "x"])}\r\nsec-websocket-protocol: knast.terminal.v1\r\n\r\n`,
  ])();
  const all = Buffer.from(whole as string);
  if (random() < 0.5 || all.length < 2) return [all];
  const at = 1 + below(all.length - 1);
  return [all.subarray(0, at), all.subarray(at)];
}
