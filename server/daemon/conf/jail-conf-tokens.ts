/** A word's piece that is a variable has no text of its own yet. */
export type Piece = { text: string } | { variable: string };

/** A word or a sign of a jail.conf with its place in the text: text.slice(start, end) is how it is written. */
export type Token = { start: number; end: number } & (
  | { kind: "word"; pieces: Piece[] }
  | { kind: "sign"; sign: "," | ";" | "=" | "+=" | "{" | "}" }
  /** a string, comment or variable without its end: nothing follows */
  | { kind: "unterminated"; what: "string" | "comment" | "variable" }
);

const CODES: Record<string, string> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\n": "" };

/** Escapes as jail.conf(5) reads them, the same in all words: octal, hexadecimal, C's letters, a folded line. */
function unescape(text: string): string {
  return text.replace(/\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([^]))/g, (_, octal, hex, other) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 255);
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    return CODES[other as string] ?? (other as string);
  });
}

/** Splits a file into words and signs after jail.conf(5): three kinds of comments, two kinds of quotes, variables. */
export function* jailConfTokens(text: string): Generator<Token> {
  let at = 0;
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    if (/^\s/.test(two)) at++;
    else if (two[0] === "#" || two === "//") {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else if (two === "/*") {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) return yield { kind: "unterminated", what: "comment", start: at, end: text.length };
      at = end + 2;
    } else if (two === "+=" || /^[,;={}]/.test(two)) {
      const sign = (two === "+=" ? two : two[0]) as "+=";
      yield { kind: "sign", sign, start: at, end: at + sign.length };
      at += sign.length;
    } else {
      const word = readWord(text, at);
      yield word;
      if (word.kind === "unterminated") return;
      at = word.end;
    }
  }
}

const VARIABLE = /\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([^{}\n]*)\})/y;
const PLAIN = /[^\s,;={}#'"\\$+/]+|\+(?!=)|\/(?![/*])|\$(?![A-Za-z_{])/y;

/** One word: pieces in quotes or bare that touch each other are one string. */
function readWord(text: string, start: number): Token {
  const pieces: Piece[] = [];
  let at = start;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const unterminated = (what: "string" | "variable"): Token => ({
    kind: "unterminated",
    what,
    start: at,
    end: text.length,
  });
  while (at < text.length) {
    const c = text[at]!;
    let found: RegExpExecArray | null;
    if (c === "'" || c === '"') {
      let end = at + 1;
      while (end < text.length && text[end] !== c) end += text[end] === "\\" ? 2 : 1;
      if (end >= text.length) return unterminated("string");
      const inner = text.slice(at + 1, end);
      if (c === "'" || inner === "") pieces.push({ text: unescape(inner) });
      else pieces.push(...doubleQuoted(inner));
      at = end + 1;
    } else if ((found = match(VARIABLE))) pieces.push({ variable: found[1] ?? found[2]! });
    else if (c === "$" && text[at + 1] === "{") return unterminated("variable");
    else if (c === "\\") {
      const escape = /^\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|[^]|$)/.exec(text.slice(at, at + 4))![0];
      pieces.push({ text: unescape(escape) });
      at += escape.length;
    } else if ((found = match(PLAIN))) pieces.push({ text: found[0] });
    else break;
  }
  return { kind: "word", pieces, start, end: at };
}

/** Variables expand in double quotes, and only there and in bare words. */
function doubleQuoted(inner: string): Piece[] {
  const parts = inner.matchAll(/\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([^{}\n]*)\})|(?:[^$\\]|\\[^])+|\$/g);
  return [...parts].map(([whole, bare, braced]) => {
    const variable = bare ?? braced;
    return variable === undefined ? { text: unescape(whole) } : { variable };
  });
}
