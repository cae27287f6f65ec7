import { KnastError } from "../../contract/errors.ts";
import { jailConfTokens, type Piece, type Token } from "./jail-conf-tokens.ts";

/** A range of the text, `end` exclusive. */
export type Range = { start: number; end: number };
export type Word = Range & { pieces: Piece[] };

/** One statement as it is written: from its name to its semicolon, or to its last word when it has none. */
export type Statement = Range & {
  /** with its `$` when it sets a variable */
  name: string;
  nameEnd: number;
  operator: (Range & { sign: "=" | "+=" }) | null;
  words: Word[];
  /** the commas between the words: commas[i] stands between words[i] and words[i + 1] */
  commas: Range[];
  semicolon: boolean;
  block: Block | null;
};

/** A block; `start` is at its name, `open` after its `{`, `close` at its `}`, `end` after it. */
export type Block = Range & { jail: string; open: number; close: number; statements: Statement[] };

export type JailConfTree = {
  blocks: Block[];
  /** all of the file, in its order; block null: outside of all blocks */
  statements: Statement[];
};

/** @returns a word as a string, its variables as they are usually written */
export const textOfWord = (pieces: Piece[]): string =>
  pieces
    .map((piece) => {
      if ("text" in piece) return piece.text;
      return /^[A-Za-z_][A-Za-z0-9_]*$/.test(piece.variable) ? `$${piece.variable}` : `\${${piece.variable}}`;
    })
    .join("");

/**
 * A whole file with the place of everything in it, nothing expanded. A last statement may do without its semicolon here.
 * @throws KnastError config_invalid with the line, when it is no jail.conf(5) or nests blocks
 */
export function readJailConfTree(text: string): JailConfTree {
  const tokens = [...jailConfTokens(text)];
  const tree: JailConfTree = { blocks: [], statements: [] };
  let at = 0;
  const fail = (token: Token | undefined): never => {
    const line = text.slice(0, token?.start ?? text.length).split("\n").length;
    const what = token?.kind === "unterminated" ? `unterminated ${token.what}` : "syntax error";
    throw new KnastError("config_invalid", { message: `This jail's config has a mistake in line ${line}: ${what}.` });
  };
  const sign = (wanted: string): (Token & { kind: "sign" }) | null => {
    const token = tokens[at];
    if (token?.kind !== "sign" || token.sign !== wanted) return null;
    at++;
    return token;
  };
  const word = (): (Token & { kind: "word" }) | never => {
    const token = tokens[at];
    if (token?.kind !== "word") return fail(token);
    at++;
    return token;
  };

  const statement = (block: Block | null): void => {
    const head = word();
    const operator = sign("=") ?? sign("+=");
    const words: Word[] = [];
    const commas: Range[] = [];
    if (operator || tokens[at]?.kind === "word") {
      words.push(word());
      for (let comma = sign(","); comma; comma = sign(",")) {
        commas.push(comma);
        words.push(word());
      }
    }
    const last = words.at(-1) ?? head;
    const semicolon = sign(";");
    const closing = tokens[at];
    if (!semicolon && !(block && closing?.kind === "sign" && closing.sign === "}")) fail(closing);
    const one: Statement = {
      start: head.start,
      end: semicolon?.end ?? last.end,
      name: textOfWord(head.pieces),
      nameEnd: head.end,
      operator: operator && { start: operator.start, end: operator.end, sign: operator.sign as "=" },
      words,
      commas,
      semicolon: semicolon !== null,
      block,
    };
    tree.statements.push(one);
    block?.statements.push(one);
  };

  while (at < tokens.length) {
    const head = tokens[at]!;
    const next = tokens[at + 1];
    if (sign(";")) continue;
    if (head.kind === "word" && next?.kind === "sign" && next.sign === "{") {
      const block: Block = {
        jail: textOfWord(head.pieces),
        start: head.start,
        open: next.end,
        close: 0,
        end: 0,
        statements: [],
      };
      at += 2;
      let close = sign("}");
      for (; !close; close = sign("}")) if (!sign(";")) statement(block);
      block.close = close.start;
      block.end = close.end;
      tree.blocks.push(block);
    } else statement(null);
  }
  return tree;
}
