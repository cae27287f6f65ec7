import { quote } from "./jail-conf.ts";
import type { JailConfTree, Statement, Word } from "./jail-conf-tree.ts";

/** Replaces text.slice(start, end). */
export type Splice = { start: number; end: number; text: string };

/** @param splices must not overlap; of two at one place the first comes first */
export function splice(text: string, splices: readonly Splice[]): string {
  return splices
    .map((one, order) => ({ ...one, order }))
    .sort((a, b) => b.start - a.start || b.order - a.order)
    .reduce((now, one) => now.slice(0, one.start) + one.text + now.slice(one.end), text);
}

/** @param sample a word as it stands in the file: the value is written in its kind of quotes where it can be */
export function styled(value: string, sample: string | undefined): string {
  const bare = /^[A-Za-z0-9_.:@-]+$|^\/[A-Za-z0-9_.@-]+(?:\/[A-Za-z0-9_.@-]+)*$/.test(value);
  if (sample?.startsWith('"') && /^[^"$\\\x00-\x1f\x7f]*$/.test(value)) return `"${value}"`;
  if (bare && sample !== undefined && !/^["']/.test(sample)) return value;
  return quote(value);
}

/** Whether a statement outside of the jail's own block is meant for it too. */
export const isShared = (statement: Statement): boolean => statement.block === null || statement.block.jail === "*";

/**
 * A word's value, as far as the file itself tells it.
 * @returns null when a variable is unknown, a list, or comes from an included file
 */
export function valueOf(word: Word, tree: JailConfTree, jail: string, depth = 0): string | null {
  let out = "";
  for (const piece of word.pieces) {
    if ("text" in piece) out += piece.text;
    else {
      const values = depth < 8 ? variableOf(piece.variable, tree, jail, depth + 1) : null;
      if (values?.length !== 1 || values[0] === null) return null;
      out += values[0];
    }
  }
  return out;
}

function variableOf(name: string, tree: JailConfTree, jail: string, depth: number): (string | null)[] | null {
  if (name === "name") return [jail];
  let values: (string | null)[] | null = null;
  for (const statement of tree.statements) {
    if (statement.name !== `$${name}` && statement.name !== name) continue;
    if (!isShared(statement) && statement.block?.jail !== jail) continue;
    const found = statement.words.map((word) => valueOf(word, tree, jail, depth));
    values = statement.operator?.sign === "+=" ? [...(values ?? []), ...found] : found;
  }
  return values;
}

/**
 * Makes the words of statements that follow each other (`=`, then `+=`) the wished ones: what stays is not touched, so
 * that comments between the items of a list stay beside them.
 * @returns null when the first statement would lose all its words
 */
export function spliceWords(
  text: string,
  live: readonly Statement[],
  current: readonly (string | null)[],
  wished: readonly string[],
): Splice[] | null {
  const all = live.flatMap((statement) => statement.words.map((word, index) => ({ statement, word, index })));
  const splices: Splice[] = [];
  const kept = new Set(pickSubsequence(current, wished) ?? all.slice(0, wished.length).map((_, i) => i));
  if (kept.size < wished.length || !isSubsequence(kept, current, wished)) {
    for (const [i, value] of wished.entries()) {
      const one = all[i];
      if (!one || current[i] === value) continue;
      const { start, end } = one.word;
      splices.push({ start, end, text: styled(value, text.slice(start, end)) });
    }
  }
  const staying = (statement: Statement): Word[] =>
    all.filter((one, i) => one.statement === statement && kept.has(i)).map((one) => one.word);
  if (staying(live[0]!).length === 0) return null;
  for (const [i, { statement, index }] of all.entries()) {
    const stays = staying(statement);
    if (kept.has(i)) continue;
    if (stays.length === 0) {
      if (index === 0) splices.push(removal(text, statement));
    } else splices.push(...removeWord(text, statement, index, stays));
  }
  const lastStatement = live.findLast((statement) => staying(statement).length > 0)!;
  const last = staying(lastStatement).at(-1)!;
  const more = wished.slice(all.length);
  if (more.length > 0) {
    const [before, after] = lastStatement.words.slice(-2);
    const between = before && after ? text.slice(before.end, after.start) : "";
    const separator = /^\s*,\s*$/.test(between) ? between : ", ";
    const sample = text.slice(last.start, last.end);
    splices.push({
      start: last.end,
      end: last.end,
      text: more.map((value) => separator + styled(value, sample)).join(""),
    });
  }
  return splices;
}

/** @returns the places of `wished` in `current`, in its order; null when it is not all there */
function pickSubsequence(current: readonly (string | null)[], wished: readonly string[]): number[] | null {
  const places: number[] = [];
  for (const value of wished) {
    const place = current.indexOf(value, (places.at(-1) ?? -1) + 1);
    if (place < 0) return null;
    places.push(place);
  }
  return places;
}

const isSubsequence = (kept: Set<number>, current: readonly (string | null)[], wished: readonly string[]): boolean =>
  [...kept].every((place, i) => current[place] === wished[i]);

function removeWord(text: string, statement: Statement, index: number, stays: readonly Word[]): Splice[] {
  const word = statement.words[index]!;
  const first = statement.words.indexOf(stays[0]!);
  const gone = (start: number, end: number): Splice => ({ start, end, text: "" });
  if (index < first) {
    const next = statement.words[index + 1]!;
    const comma = statement.commas[index]!;
    if (/^\s*,\s*$/.test(text.slice(word.end, next.start))) return [gone(word.start, next.start)];
    return [gone(word.start, word.end), gone(comma.start, comma.end)];
  }
  const before = statement.words[index - 1]!;
  const comma = statement.commas[index - 1]!;
  if (/^\s*,\s*$/.test(text.slice(before.end, word.start))) return [gone(before.end, word.end)];
  return [gone(comma.start, comma.end), gone(word.start, word.end)];
}

/** A statement alone on its lines goes with them; else what stands beside it stays. */
export function removal(text: string, { start, end }: Statement): Splice {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", end);
  const lineEnd = newline < 0 ? text.length : newline;
  const before = /[ \t]*$/.exec(text.slice(lineStart, start))![0];
  const after = /^[ \t\r]*/.exec(text.slice(end, lineEnd))![0];
  const first = before.length === start - lineStart;
  const last = after.length === lineEnd - end;
  if (first && last) return { start: lineStart, end: newline < 0 ? lineEnd : newline + 1, text: "" };
  if (last) return { start: start - before.length, end, text: "" };
  return { start, end: end + after.length, text: "" };
}
