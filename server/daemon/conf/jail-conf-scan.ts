/** One statement of a jail.conf, not expanded: for the two questions that `jail -e` does not answer ($knast_id, .include). */
export type ConfStatement = {
  /** the block that it stands in; null outside of all blocks */
  jail: string | null;
  name: string;
  operator: "=" | "+=" | null;
  values: string[];
};

type Token = { text: string; mark: boolean };

/**
 * Splits a file into words and marks after jail.conf(5): three kinds of comments, two kinds of quotes, backslashes.
 * Variables stay as they are written. Never throws: an unterminated string or comment ends the scan.
 */
function* tokens(text: string): Generator<Token> {
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 2);
    if (/^\s/.test(rest)) at++;
    else if (rest[0] === "#" || rest === "//") {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else if (rest === "/*") {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) return;
      at = end + 2;
    } else if (rest === "+=") {
      yield { text: "+=", mark: true };
      at += 2;
    } else if (/^[,;={}]/.test(rest)) {
      yield { text: rest[0]!, mark: true };
      at++;
    } else {
      const word = readWord(text, at);
      if (!word) return;
      yield { text: word.text, mark: false };
      at = word.end;
    }
  }
}

/** One word: pieces in quotes or bare that touch each other are one string. */
function readWord(text: string, start: number): { text: string; end: number } | null {
  let out = "";
  let at = start;
  while (at < text.length) {
    const c = text[at]!;
    if (c === "'" || c === '"') {
      let end = at + 1;
      while (end < text.length && text[end] !== c) end += text[end] === "\\" ? 2 : 1;
      if (end >= text.length) return null;
      out += text.slice(at + 1, end).replace(/\\(.)/gs, "$1");
      at = end + 1;
    } else if (c === "$" && text[at + 1] === "{") {
      const end = text.indexOf("}", at);
      if (end < 0) return null;
      out += text.slice(at, end + 1);
      at = end + 1;
    } else if (c === "\\") {
      out += text[at + 1] ?? "";
      at += 2;
    } else if (/[\s,;={}#]/.test(c) || (c === "+" && text[at + 1] === "=") || /^\/[/*]/.test(text.slice(at, at + 2)))
      break;
    else {
      out += c;
      at++;
    }
  }
  return { text: out, end: at };
}

/** @returns the statements in their order; what is no statement is passed over */
export function scanJailConf(text: string): ConfStatement[] {
  const statements: ConfStatement[] = [];
  let jail: string | null = null;
  let words: string[] = [];
  let operator: "=" | "+=" | null = null;
  const flush = () => {
    if (words.length > 0) statements.push({ jail, name: words[0]!, operator, values: words.slice(1) });
    words = [];
    operator = null;
  };
  for (const token of tokens(text)) {
    if (!token.mark) words.push(token.text);
    else if (token.text === "{") {
      jail = words.join(" ");
      words = [];
    } else if (token.text === "}") {
      flush();
      jail = null;
    } else if (token.text === ";") flush();
    else if (token.text === "=" || token.text === "+=") operator = token.text;
  }
  flush();
  return statements;
}
