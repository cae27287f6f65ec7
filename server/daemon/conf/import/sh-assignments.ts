/** One plain assignment of a shell script, with where it stands in the text. */
export type Assignment = {
  name: string;
  value: string;
  /** the whole command, from its first character to behind its last; with its line break when it is alone on its lines */
  from: number;
  to: number;
  line: number;
  /** nothing else stands on its lines, so that they can be taken out */
  alone: boolean;
};
export type ShScript = { assignments: Assignment[]; others: { text: string; line: number }[] };

type Word = { text: string; plain: boolean };

const OPENERS = new Set(["if", "for", "while", "until", "case", "select"]);
const CLOSERS = new Set(["fi", "done", "esac", "}"]);
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)=/;

/**
 * Reads the plain assignments of a file that sh(1) would source; nothing is ever run. Understood: comments, quotes, backslashes,
 * continued lines, `export`, `$x` and `${x}` of variables known by then. What stands in `if`, `for`, a function and the like,
 * and what needs a shell to know, is in `others`.
 * @param known variables so far; the file's own are added
 */
export function readAssignments(text: string, known: Map<string, string>): ShScript {
  const script: ShScript = { assignments: [], others: [] };
  let at = 0;
  let depth = 0;
  while (at < text.length) {
    if (/[\s;&]/.test(text[at]!)) {
      at++;
      continue;
    }
    if (text[at] === "#") {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
      continue;
    }
    const from = at;
    const words: Word[] = [];
    while (at < text.length && !/[\n;&|]/.test(text[at]!)) {
      if (text.startsWith("\\\n", at)) at += 2;
      else if (/\s/.test(text[at]!)) at++;
      else if (text[at] === "#") {
        const end = text.indexOf("\n", at);
        at = end < 0 ? text.length : end;
      } else {
        const { word, end } = readWord(text, at, known);
        words.push(word);
        at = end;
      }
    }
    const piped = text[at] === "|" || text[at] === "&";
    if (piped) at++;
    const line = text.slice(0, from).split("\n").length;
    const first = words[0]?.text ?? "";
    const opens = OPENERS.has(first) || words.some((word) => word.text === "{") || first.startsWith("(");
    const assigned = first === "export" ? words.slice(1) : words;
    const pairs = assigned.map((word) => (word.plain ? NAME.exec(word.text) : null));
    const plain = depth === 0 && !opens && !piped && assigned.length > 0 && pairs.every((pair) => pair !== null);
    if (plain) {
      const lineStart = text.lastIndexOf("\n", from - 1) + 1;
      const breakAt = text.indexOf("\n", at);
      const lineEnd = breakAt < 0 ? text.length : breakAt;
      const before = text.slice(lineStart, from);
      const after = text.slice(at, lineEnd);
      const alone = assigned.length === 1 && /^\s*$/.test(before) && /^[\s;]*(#.*)?$/.test(after);
      for (const [i, pair] of pairs.entries()) {
        const [whole, name] = pair!;
        const value = assigned[i]!.text.slice(whole.length);
        known.set(name!, value);
        const span = alone ? { from: lineStart, to: breakAt < 0 ? text.length : breakAt + 1 } : { from, to: at };
        script.assignments.push({ name: name!, value, ...span, line, alone });
      }
    } else if (!(first === "export" && words.slice(1).every((word) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(word.text)))) {
      script.others.push({ text: text.slice(from, at).trim(), line });
    }
    if (opens) depth++;
    if (CLOSERS.has(first) || (depth > 0 && first.endsWith(")") && first.startsWith(")")))
      depth = Math.max(0, depth - 1);
  }
  return script;
}

/** One word: its quotes taken away and known variables put in; not plain when only a shell would know what it is. */
function readWord(text: string, start: number, known: ReadonlyMap<string, string>): { word: Word; end: number } {
  let out = "";
  let plain = true;
  let at = start;
  const expand = () => {
    const found = /^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/.exec(text.slice(at, at + 200));
    const value = found ? known.get((found[1] ?? found[2])!) : undefined;
    if (!found || value === undefined) plain = false;
    out += value ?? found?.[0] ?? "$";
    at += found?.[0].length ?? 1;
  };
  while (at < text.length) {
    const c = text[at]!;
    if (c === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return { word: { text: out, plain: false }, end: text.length };
      out += text.slice(at + 1, end);
      at = end + 1;
    } else if (c === '"') {
      at++;
      while (at < text.length && text[at] !== '"') {
        if (text[at] === "\\") {
          const next = text[at + 1] ?? "";
          if (next !== "\n") out += /["\\$`]/.test(next) ? next : `\\${next}`;
          at += 2;
        } else if (text[at] === "$") expand();
        else {
          if (text[at] === "`") plain = false;
          out += text[at++];
        }
      }
      if (at >= text.length) plain = false;
      at++;
    } else if (c === "\\") {
      if (text[at + 1] !== "\n") out += text[at + 1] ?? "";
      at += 2;
    } else if (c === "$") expand();
    else if (/[\s;&|]/.test(c)) break;
    else {
      if (/[`<>()*?[~]/.test(c)) plain = false;
      out += c;
      at++;
    }
  }
  return { word: { text: out, plain }, end: at };
}

/** @returns the text without these assignments; all of them must be alone on their lines */
export function withoutAssignments(text: string, gone: readonly Assignment[]): string {
  let out = "";
  let at = 0;
  for (const one of [...gone].sort((a, b) => a.from - b.from)) {
    if (one.from < at) continue;
    out += text.slice(at, one.from);
    at = one.to;
  }
  return out + text.slice(at);
}
