/**
 * A reader of jail.conf for tests only, written from jail.conf(5) and sharing nothing with the code that it judges: string
 * format, variables, comments, lists, `+=`, wildcard sections, parameters outside of a jail.
 */
export type OracleJail = { name: string; parameters: Map<string, string[]>; variables: Map<string, string[]> };

export class OracleError extends Error {}

type Piece = { text: string; variable: boolean };
type Word = Piece[];

const BLANK = /(?:[ \t\r\n]+|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const SINGLE = /'((?:[^'\\]|\\[^])*)'/y;
const DOUBLE = /"((?:[^"\\]|\\[^])*)"/y;
const BRACED = /\$\{([^{}\n]*)\}/y;
const VARIABLE = /\$([A-Za-z_][A-Za-z0-9_]*)/y;
const ESCAPED = /\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|[^])/y;
/** everything that needs no quotes; a slash, a plus or an asterisk alone is none of the syntax's own signs */
const BARE = /(?:[A-Za-z0-9_!%&()\-.:<>?@[\]^`|~*]|[^\x00-\x7f]|\/(?![/*])|\+(?!=)|\$(?![A-Za-z_{]))+/y;
const CODES: Record<string, string> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "\n": "" };

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|[^])/g, (_, code: string) => oneCode(code));
}

function oneCode(code: string): string {
  if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8) & 255);
  if (/^x[0-9A-Fa-f]/.test(code)) return String.fromCharCode(parseInt(code.slice(1), 16));
  return CODES[code] ?? code;
}

class Reader {
  at = 0;
  constructor(readonly text: string) {}

  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }
  blank(): void {
    this.match(BLANK);
  }
  /** one of the signs of the syntax, if it stands here */
  sign(sign: string): boolean {
    this.blank();
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }
  get end(): boolean {
    this.blank();
    return this.at >= this.text.length;
  }

  word(): Word | null {
    this.blank();
    const pieces: Piece[] = [];
    for (let begin = -1; begin !== this.at;) {
      begin = this.at;
      let found: RegExpExecArray | null;
      if ((found = this.match(SINGLE))) pieces.push({ text: unescape(found[1]!), variable: false });
      else if ((found = this.match(DOUBLE))) pieces.push(...inDouble(found[1]!));
      else if ((found = this.match(BRACED) ?? this.match(VARIABLE))) pieces.push({ text: found[1]!, variable: true });
      else if ((found = this.match(ESCAPED))) pieces.push({ text: oneCode(found[1]!), variable: false });
      else if ((found = this.match(BARE))) pieces.push({ text: found[0], variable: false });
    }
    return pieces.length > 0 ? pieces : null;
  }
}

function inDouble(text: string): Piece[] {
  const pieces: Piece[] = [];
  const part = /\$\{([^{}\n]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)|(?:[^$\\]|\\[^])+|\$/g;
  for (const [whole, braced, bare] of text.matchAll(part)) {
    const name = braced ?? bare;
    pieces.push(name === undefined ? { text: unescape(whole), variable: false } : { text: name, variable: true });
  }
  return pieces.length > 0 ? pieces : [{ text: "", variable: false }];
}

type Statement = { name: string; variable: boolean; append: boolean; values: Word[] };

function readStatement(reader: Reader): Statement {
  reader.blank();
  const variable = reader.match(VARIABLE) ?? reader.match(BRACED);
  const name = variable ? variable[1]! : plain(reader.word(), "a parameter");
  const append = reader.sign("+=");
  const values: Word[] = [];
  if (append || reader.sign("="))
    do {
      const value = reader.word();
      if (!value) throw new OracleError(`no value for ${name} at ${reader.at}`);
      values.push(value);
    } while (reader.sign(","));
  return { name, variable: variable !== null, append, values };
}

function plain(word: Word | null, what: string): string {
  if (!word || word.some((piece) => piece.variable)) throw new OracleError(`${what} was expected`);
  return word.map((piece) => piece.text).join("");
}

/** @returns the jails in their order, wildcard sections applied and variables expanded; @throws OracleError on a syntax error */
export function readJailConf(text: string): OracleJail[] {
  const reader = new Reader(text);
  const sections: { name: string; statements: Statement[] }[] = [];
  while (!reader.end) {
    const begin = reader.at;
    const first = text[begin] === "$" ? null : reader.word();
    if (first && reader.sign("{")) {
      const statements: Statement[] = [];
      while (!reader.sign("}")) {
        if (reader.sign(";")) continue;
        if (reader.end) throw new OracleError("the file ends inside a jail");
        statements.push(readStatement(reader));
        if (reader.sign(";")) continue;
        if (!reader.sign("}")) throw new OracleError(`no semicolon at ${reader.at}`);
        break;
      }
      sections.push({ name: plain(first, "a jail's name"), statements });
    } else {
      reader.at = begin;
      sections.push({ name: "*", statements: [readStatement(reader)] });
      if (!reader.sign(";")) throw new OracleError(`no semicolon at ${reader.at}`);
    }
  }
  const names = [...new Set(sections.map((section) => section.name))].filter((name) => name !== "*");
  return names.map((name) => {
    const jail: OracleJail = { name, parameters: new Map([["name", [name]]]), variables: new Map() };
    const written = sections.filter((section) => section.name === "*" || section.name === name);
    for (const statement of written.flatMap((section) => section.statements)) {
      const into = statement.variable ? jail.variables : jail.parameters;
      const values = statement.values.map((word) => expand(word, jail));
      into.set(statement.name, statement.append ? [...(into.get(statement.name) ?? []), ...values] : values);
    }
    return jail;
  });
}

const expand = (word: Word, jail: OracleJail): string =>
  word
    .map((piece) => {
      if (!piece.variable) return piece.text;
      const value = jail.variables.get(piece.text) ?? jail.parameters.get(piece.text);
      if (!value) throw new OracleError(`unknown variable ${piece.text}`);
      return value.join(",");
    })
    .join("");
