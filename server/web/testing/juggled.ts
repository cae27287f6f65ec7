type Json = Record<string, unknown>;

// JSON.parse makes __proto__ a key of its own, as it comes over the wire.
const MORE: Json[] = [
  { role: "admin" },
  { ownerId: "x" },
  { accountId: "x" },
  { path: "/etc" },
  { ip: "10.0.0.1" },
  { rights: ["see", "power", "shell"] },
  { admin: true },
  { id: "0".repeat(32) },
  { actor: "admin" },
  { argv: ["/bin/sh"] },
  { $where: "1" },
  { constructor: { prototype: {} } },
  JSON.parse('{"__proto__":{"role":"admin"}}') as Json,
];
/** No form has a field of these types. */
const TYPES: unknown[] = [{ contains: "" }, [["x"]], 1.5, { not: null }, { toString: "x" }];

/**
 * @param turn which of the keys are added when not `all` are: each is somewhere among a few forms
 * @returns a form's input with a key too much, a field of another type, a field too few, or as no form at all
 */
export function spoilt(input: unknown, turn: number, all: boolean): unknown[] {
  const none: unknown[] = [null, [], [input], "x", 1, true];
  if (typeof input !== "object" || input === null) return none;
  const form = input as Json;
  return [
    ...none,
    ...MORE.filter((_, i) => all || i % 3 === turn % 3)
      .filter((more) => !Object.keys(more).some((key) => key in form && key !== "constructor"))
      .map(
        (more) =>
          JSON.parse(
            JSON.stringify(form).replace(
              /\}$/,
              `${Object.keys(form).length ? "," : ""}${JSON.stringify(more).slice(1)}`,
            ),
          ) as unknown,
      ),
    ...Object.keys(form).flatMap((key) =>
      TYPES.filter((_, i) => all || i < 3).map((type) => ({ ...form, [key]: type })),
    ),
  ];
}

const text = "text/plain;charset=UTF-8";
const form = "multipart/form-data; boundary=x";
const part = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

/** Bodies of a server action that no form makes: references of Flight into nothing, into prototypes, into actions. */
export const flightBodies = (action: string): [type: string, body: string][] => [
  ...[
    "",
    "[",
    "null",
    "{}",
    "[]",
    '"x"',
    '["$undefined"]',
    '["$F1"]',
    '["$@1"]',
    '["$K1"]',
    '["$Q1"]',
    '["$B1"]',
    '["$1:__proto__:then"]',
  ].map((body): [string, string] => [text, body]),
  ...[
    '["$NaN"]',
    '["$n9999999999999999999999"]',
    '["$Dx"]',
    '["$i1"]',
    '["$T"]',
    '["$$"]',
    '["$1:constructor:constructor"]',
  ].map((body): [string, string] => [text, body]),
  [text, `[${"[".repeat(5000)}${"]".repeat(5000)}]`],
  [text, `[${'{"name":'.repeat(3000)}1${"}".repeat(3000)}]`],
  [text, '[{"name":"$1","__proto__":{"name":"x"}}]'],
  [form, ""],
  [form, "--x--\r\n"],
  [
    form,
    `${part("0", '["$1:__proto__:then"]')}${part("1", '{"then":"$1:__proto__:then","status":"resolved_model","_response":{"_prefix":"x"}}')}--x--\r\n`,
  ],
  [form, `${part("0", '["$@0"]')}--x--\r\n`],
  [form, `${part("0", '["$F1"]')}${part("1", `{"id":"${action}","bound":null}`)}--x--\r\n`],
  [form, `${part("$ACTION_REF_1", "")}${part("$ACTION_1:0", `{"id":"${action}","bound":"$@1"}`)}--x--\r\n`],
  [form, part("0", "[]").repeat(2000)],
  ["application/x-www-form-urlencoded", "name=mail_example"],
  ["application/json", '[{"name":"mail_example","x":1}]'],
  ["multipart/form-data", "x"],
];
