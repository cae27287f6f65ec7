/**
 * The words of jail.conf(5). A string may come in pieces without space between them (`"a"$b'c'`); `joined` says that
 * a piece goes on with the one before it.
 */
export type Token = { line: number; text: string; joined: boolean } & (
  | { kind: "piece"; value: string }
  | { kind: "variable"; value: string }
  | { kind: "sign"; value: "{" | "}" | ";" | "," | "=" | "+=" | "?" }
  | { kind: "end"; value: "" }
);

export class ConfError extends Error {
  constructor(lines: string[]) {
    super(lines.join("\n"));
    this.name = "ConfError";
  }
}

const BARE = /[A-Za-z0-9_!%&()\-.:<>?@[\]^`|~$*+/\\]/;
const ESCAPES: Record<string, string> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** @returns the character of an escape that begins after the backslash at `at`, and how long it is without the backslash */
function readEscape(text: string, at: number): { value: string; length: number } {
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (octal) return { value: String.fromCharCode(parseInt(octal, 8) & 255), length: octal.length };
  const hex = /^x([0-9A-Fa-f]{1,2})/.exec(text.slice(at + 1, at + 4));
  if (hex) return { value: String.fromCharCode(parseInt(hex[1]!, 16)), length: hex[0].length };
  const letter = text[at + 1] ?? "";
  return { value: letter === "\n" ? "" : (ESCAPES[letter] ?? letter), length: letter.length };
}

/** @returns the tokens of a config file; @param file is for the messages. @throws ConfError with all that is unterminated */
export function lex(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  const errors: string[] = [];
  let at = 0;
  let line = 1;
  let joined = false;
  const add = (kind: "piece" | "variable", value: string, from: number) => {
    tokens.push({ kind, value, line, text: text.slice(from, at), joined });
    joined = true;
  };
  const bad = (what: string) => errors.push(`jail: ${file} line ${line}: unterminated ${what}`);

  /** Reads the name of a variable at a `$`; false when the `$` is an ordinary character. */
  const variable = (quoted: boolean): boolean => {
    const from = at;
    const plain = /^\$[A-Za-z_][A-Za-z_0-9]*/.exec(text.slice(at, at + 260))?.[0];
    if (plain) {
      at += plain.length;
      add("variable", plain.slice(1), from);
      return true;
    }
    if (text[at + 1] !== "{") return false;
    let end = at + 2;
    let name = "";
    while (end < text.length && !"{}\n".includes(text[end]!) && !(quoted && text[end] === '"')) {
      if (text[end] === "\\") {
        const escape = readEscape(text, end);
        name += escape.value;
        end += 1 + escape.length;
      } else name += text[end++];
    }
    if (text[end] !== "}") {
      bad("variable");
      at = end;
      return true;
    }
    at = end + 1;
    add("variable", name, from);
    return true;
  };

  /** A double-quoted string from after its opening quote: plain parts and variables. */
  const doubleQuoted = (from: number): void => {
    let value = "";
    let start = from;
    let pieces = 0;
    for (;;) {
      const c = text[at];
      if (c === undefined) {
        bad("string");
        return;
      }
      if (c === '"') {
        at++;
        if (value || !pieces) add("piece", value, start);
        return;
      }
      if (c === "\\") {
        const escape = readEscape(text, at);
        value += escape.value;
        if (text[at + 1] === "\n") line++;
        at += 1 + escape.length;
      } else if (c === "$" && /^\$(?:[A-Za-z_]|\{)/.test(text.slice(at, at + 2))) {
        if (value || !pieces) add("piece", value, start);
        value = "";
        pieces++;
        variable(true);
        start = at;
      } else {
        if (c === "\n") line++;
        value += c;
        at++;
      }
    }
  };

  while (at < text.length) {
    const c = text[at]!;
    const two = text.slice(at, at + 2);
    if (/[ \t\r\n]/.test(c)) {
      if (c === "\n") line++;
      at++;
      joined = false;
    } else if (c === "#" || two === "//") {
      while (at < text.length && text[at] !== "\n") at++;
      joined = false;
    } else if (two === "/*") {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) bad("comment");
      const stop = end < 0 ? text.length : end + 2;
      line += text.slice(at, stop).split("\n").length - 1;
      at = stop;
      joined = false;
    } else if (two === "+=" || ",;={}".includes(c)) {
      const value = (two === "+=" ? two : c) as "+=";
      tokens.push({ kind: "sign", value, line, text: value, joined: false });
      at += value.length;
      joined = false;
    } else if (c === "'" || c === '"') {
      if (!closes(text, at)) {
        bad("string");
        while (at < text.length && text[at] !== "\n") at++;
        continue;
      }
      const from = at++;
      if (c === '"') {
        doubleQuoted(from);
        continue;
      }
      let value = "";
      const first = line;
      while (text[at] !== "'") {
        if (text[at] === "\n" || (text[at] === "\\" && text[at + 1] === "\n")) line++;
        if (text[at] === "\\") {
          const escape = readEscape(text, at);
          value += escape.value;
          at += 1 + escape.length;
        } else value += text[at++];
      }
      at++;
      tokens.push({ kind: "piece", value, line: first, text: text.slice(from, at), joined });
      joined = true;
    } else if (c === "$" && variable(false)) {
      continue;
    } else if (BARE.test(c)) {
      const from = at;
      let value = "";
      while (at < text.length && BARE.test(text[at]!)) {
        const next = text.slice(at, at + 2);
        if (next === "+=" || next === "//" || next === "/*") break;
        if (text[at] === "$" && /^\$(?:[A-Za-z_]|\{)/.test(next)) break;
        if (text[at] === "\\") {
          const escape = readEscape(text, at);
          if (text[at + 1] === "\n") line++;
          value += escape.value;
          at += 1 + escape.length;
        } else value += text[at++];
      }
      add("piece", value, from);
    } else {
      tokens.push({ kind: "sign", value: "?", line, text: c, joined: false });
      at++;
    }
  }
  tokens.push({ kind: "end", value: "", line, text: "", joined: false });
  if (errors.length) throw new ConfError([...errors, ...(unbalanced(tokens) ? [`jail: ${file}: unexpected EOF`] : [])]);
  return tokens;
}

/** True when the quote at `at` has its partner; a backslash keeps the next character. */
function closes(text: string, at: number): boolean {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === text[at]) return true;
  }
  return false;
}

/** True when the file ends within a block or a statement. */
function unbalanced(tokens: Token[]): boolean {
  const last = tokens.at(-2);
  return last !== undefined && !(last.kind === "sign" && (last.value === ";" || last.value === "}"));
}
