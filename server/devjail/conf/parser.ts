import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { globFiles } from "./glob.ts";
import { ConfError, lex, type Token } from "./lexer.ts";

/** A string as written: its plain text and the variables that go into it, each at an offset. */
export type Template = { text: string; variables: { name: string; at: number }[] };

export type Statement = { name: string; variable: boolean; append: boolean; values: Template[] };

/** A block of the file, in order; "*" holds what stands outside of any block. */
export type Block = { name: string; statements: Statement[] };

const MAX_DEPTH = 32;

/** Reads jail.conf(5) with its .include files. @throws ConfError in jail(8)'s words */
export function parseFile(file: string, depth = 0): Block[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT" ? "No such file or directory" : code === "EISDIR" ? "Is a directory" : String(code);
    throw new ConfError([`jail: ${file}: ${reason}`]);
  }
  return parseText(text, file, depth);
}

/** @param file names the text in messages; relative .include patterns are relative to its directory. @throws ConfError */
export function parseText(text: string, file: string, depth = 0): Block[] {
  const tokens = lex(text, file);
  const blocks: Block[] = [];
  let at = 0;
  const peek = () => tokens[at]!;
  const isSign = (value: string) => peek().kind === "sign" && peek().value === value;
  const unexpected = (token: Token): ConfError =>
    new ConfError([
      token.kind === "end"
        ? `jail: ${file}: unexpected EOF`
        : `jail: ${file} line ${token.line}: ${token.text}: syntax error`,
    ]);
  const isString = (token: Token) => token.kind === "piece" || token.kind === "variable";

  const string = (): Template => {
    if (!isString(peek())) throw unexpected(peek());
    const out: Template = { text: "", variables: [] };
    do {
      const token = tokens[at++]!;
      if (token.kind === "variable") out.variables.push({ name: token.value, at: out.text.length });
      else out.text += token.value;
    } while (isString(peek()) && peek().joined);
    return out;
  };

  const statement = (): Statement => {
    const head = peek();
    if (!isString(head)) throw unexpected(head);
    at++;
    // A name is one piece: a second one joined to it would be a value, as in FreeBSD's grammar, but is none of a name.
    if (isString(peek()) && peek().joined) throw unexpected(peek());
    const out: Statement = { name: head.value, variable: head.kind === "variable", append: false, values: [] };
    if (isSign("=") || isSign("+=")) out.append = tokens[at++]!.value === "+=";
    else if (!isString(peek())) return out;
    out.values.push(string());
    while (isSign(",")) {
      at++;
      out.values.push(string());
    }
    return out;
  };

  const end = (): void => {
    if (!isSign(";")) throw unexpected(peek());
    at++;
  };

  const global = (item: Statement): void => {
    if (blocks.at(-1)?.name !== "*") blocks.push({ name: "*", statements: [] });
    blocks.at(-1)!.statements.push(item);
  };

  while (peek().kind !== "end") {
    if (isSign(";")) {
      at++;
      continue;
    }
    const head = peek();
    const next = tokens[at + 1];
    if (head.kind === "piece" && next?.kind === "sign" && next.value === "{") {
      at += 2;
      const block: Block = { name: head.value, statements: [] };
      while (!isSign("}")) {
        if (isSign(";")) at++;
        else {
          block.statements.push(statement());
          end();
        }
      }
      at++;
      blocks.push(block);
      continue;
    }
    const item = statement();
    end();
    if (item.name === ".include" && !item.variable) {
      if (depth >= MAX_DEPTH) throw new ConfError([`jail: ${file}: maximum include depth exceeded`]);
      for (const { text: pattern } of item.values) blocks.push(...included(pattern, file, depth));
    } else global(item);
  }
  return blocks;
}

function included(pattern: string, file: string, depth: number): Block[] {
  const path = isAbsolute(pattern) ? pattern : join(dirname(file), pattern);
  const files = globFiles(path);
  if (!/[*?[]/.test(pattern) && !existsSync(path)) throw new ConfError([`jail: ${path}: No such file or directory`]);
  return files.flatMap((name) => parseFile(name, depth + 1));
}
