import { KnastError } from "../../contract/errors.ts";
import { booleanOf, flagName, plainName } from "./boolean-parameter.ts";
import { type Block, type JailConfTree, readJailConfTree, type Statement } from "./jail-conf-tree.ts";
import { isShared, removal, splice, spliceWords, type Splice, styled, valueOf } from "./jail-conf-words.ts";

/** values null: remove the parameter; []: a bare flag; else its values, which are quoted here. */
export type ConfChange = { name: string; values: string[] | null };

/**
 * Changes parameters of one jail in a hand-made jail.conf(5): only their own statements change, each byte beside them
 * stays. What sections for all jails or variables say is overridden in the jail's own block, never changed.
 * @param name of a change: a parameter in either spelling (allow.x, allow.nox), or a variable with its `$`
 * @throws KnastError config_invalid when the text is no jail.conf, has no block of this jail, or sets the parameter where the
 * jail's own block can't overrule it
 */
export function editJailConf(text: string, jail: string, changes: readonly ConfChange[]): string {
  return changes.reduce((now, change) => applyChange(now, jail, change), text);
}

const impossible = (message: string): KnastError => new KnastError("config_invalid", { message });

function applyChange(text: string, jail: string, change: ConfChange): string {
  if (!/^\$?[A-Za-z][A-Za-z0-9_.]*$/.test(change.name)) throw new RangeError(`no parameter: ${change.name}`);
  const tree = readJailConfTree(text);
  const blocks = tree.blocks.filter((block) => block.jail === jail);
  const last = blocks.at(-1);
  if (!last) throw impossible(`There is no block of the jail ${jail} in this file.`);
  const { name } = plainName(change.name);
  const same = tree.statements.filter((one) => plainName(one.name).name === name);
  const shared = same.filter(isShared);
  const own = same.filter((one) => one.block?.jail === jail);

  if (change.values === null) {
    if (shared.length > 0)
      throw impossible(`${name} comes from a section that other jails share. Change it there by hand.`);
    return splice(
      text,
      own.map((statement) => removal(text, statement)),
    );
  }
  if (shared.some((one) => one.start > last.end))
    throw impossible(`A section for all jails below this one sets ${name} again. Move it above by hand.`);

  const wish = { name, flag: booleanOf(change.name, change.values), values: change.values };
  const settled = blocks.filter((block) => own.some((one) => one.block === block));
  if (settled.length === 0) return splice(text, addition(text, tree, last, wish));
  const inherits = shared.length > 0 || tree.statements.some((one) => one.name === ".include");
  return splice(
    text,
    settled.flatMap((block, i) => {
      const ours = own.filter((one) => one.block === block);
      return wish.flag === null
        ? setValues(text, tree, jail, ours, wish, inherits || i > 0)
        : setFlag(text, tree, jail, ours.at(-1)!, wish.name, wish.flag);
    }),
  );
}

type Wish = { name: string; flag: boolean | null; values: string[] };

/** From the name to the last word. */
const body = (statement: Statement): { start: number; end: number } => ({
  start: statement.start,
  end: statement.words.at(-1)?.end ?? statement.nameEnd,
});

function setFlag(text: string, tree: JailConfTree, jail: string, one: Statement, name: string, on: boolean): Splice[] {
  const values = one.words.map((word) => valueOf(word, tree, jail));
  const current = values.includes(null) ? null : booleanOf(one.name, values as string[]);
  if (current === on) return [];
  const [word] = one.words;
  if (current === null || !word) return [{ ...body(one), text: flagName(name, on) }];
  const yes = on !== plainName(one.name).negative;
  const value = /^(true|false)$/.test(values[0]!) ? String(yes) : yes ? "1" : "0";
  return [{ start: word.start, end: word.end, text: styled(value, text.slice(word.start, word.end)) }];
}

/** @param replace whether values from elsewhere come before those of the block, so that `+=` would add to them */
function setValues(
  text: string,
  tree: JailConfTree,
  jail: string,
  own: readonly Statement[],
  wish: Wish,
  replace: boolean,
): Splice[] {
  const set = own.findLastIndex((one) => one.operator?.sign !== "+=");
  const live = own.slice(Math.max(0, set));
  const first = live[0]!;
  const sign = first.operator;
  const adds = sign?.sign === "+=" && replace;
  const current = live.flatMap((one) => one.words.map((word) => valueOf(word, tree, jail)));
  const equal = current.length === wish.values.length && current.every((value, i) => value === wish.values[i]);
  if (equal && !adds) return [];
  const words = sign && wish.values.length > 0 ? spliceWords(text, live, current, wish.values) : null;
  if (words && sign) return adds ? [{ start: sign.start, end: sign.end, text: "=" }, ...words] : words;
  const sample = first.words[0] && text.slice(first.words[0].start, first.words[0].end);
  return [
    { ...body(first), text: written(wish, sample) },
    ...live.slice(1).map((statement) => removal(text, statement)),
  ];
}

/** The statement without its semicolon. */
function written({ name, flag, values }: Wish, sample: string | undefined): string {
  if (flag !== null) return flagName(name, flag);
  if (values.length === 0) return name;
  const words = values.map((value) => (/^[0-9]+$/.test(value) ? value : styled(value, sample)));
  return `${name} = ${words.join(", ")}`;
}

/** Parameters that stand together: allow.*, exec.*, sysv*, mount.* and so on. */
const family = (name: string): string => (name.startsWith("sysv") ? "sysv" : name.split(/[._]/, 1)[0]!);

/** What may stand between a statement and the end of its line, if another line is to follow. */
const REST_OF_LINE = /^[ \t\r]*(?:\/\*(?:[^*\r\n]|\*(?!\/))*\*\/[ \t\r]*)*(?:(?:#|\/\/)[^\n]*)?$/;

/** A new statement: after its like, else after the last one, on a line of its own where the block has lines. */
function addition(text: string, tree: JailConfTree, block: Block, wish: Wish): Splice[] {
  const alike = block.statements.findLast((one) => family(one.name) === family(wish.name));
  let anchor = alike ?? block.statements.at(-1);
  const lineEnd = (from: number): number => {
    const newline = text.indexOf("\n", from);
    return newline < 0 ? text.length : newline;
  };
  for (const one of block.statements)
    if (anchor && one.start > anchor.start && one.start < lineEnd(anchor.end)) anchor = one;

  const sampled = anchor?.words[0] ?? block.statements.find((one) => one.words.length > 0)?.words[0];
  const quoted = sampled && text.slice(sampled.start, sampled.end);
  const statement = `${written(wish, quoted && !/^[0-9]/.test(quoted) ? quoted : undefined)};`;
  const at = anchor?.end ?? block.open;
  const close = anchor && !anchor.semicolon ? ";" : "";
  const newline = lineEnd(at);
  const rest = text.slice(at, newline);
  if (newline < block.close && REST_OF_LINE.test(rest)) {
    const ending = rest.endsWith("\r") ? "\r\n" : "\n";
    const line = `${indentOf(text, tree, block, anchor)}${statement}${ending}`;
    return [
      ...(close ? [{ start: at, end: at, text: close }] : []),
      { start: newline + 1, end: newline + 1, text: line },
    ];
  }
  const gap = anchor === undefined && text[at] === "}" ? " " : "";
  return [{ start: at, end: at, text: `${close} ${statement}${gap}` }];
}

/** The blanks that a new line of this block begins with. */
function indentOf(text: string, tree: JailConfTree, block: Block, anchor: Statement | undefined): string {
  const candidates = [anchor, ...block.statements, ...tree.statements.filter((one) => one.block !== null)];
  for (const one of candidates) {
    if (!one) continue;
    const before = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, one.start));
    if (before) return before[1]!;
  }
  return "\t";
}
