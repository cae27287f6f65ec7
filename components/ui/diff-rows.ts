export type DiffRow = { sign: "+" | "-" | " "; text: string; line: number };

const LARGEST = 4_000_000;

/**
 * Two texts line by line: what goes, what comes, and what stays around it.
 * @param before null: there was no such file. @param after null: it goes.
 * @param around lines that stay, shown on both sides of a change; others are left out
 * @returns rows in order; `line` counts from 1, in the new text, for "-" in the old one
 */
export function diffRows(before: string | null, after: string | null, around = 3): DiffRow[] {
  const split = (text: string | null) => (text === null || text === "" ? [] : text.replace(/\n$/, "").split("\n"));
  const a = split(before);
  const b = split(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const rows: DiffRow[] = [];
  for (let i = 0; i < start; i++) rows.push({ sign: " ", text: a[i]!, line: i + 1 });
  rows.push(...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start));
  for (let i = 0; i < end; i++) rows.push({ sign: " ", text: b[b.length - end + i]!, line: b.length - end + i + 1 });
  const near = (at: number) => {
    for (let i = Math.max(0, at - around); i <= Math.min(rows.length - 1, at + around); i++)
      if (rows[i]!.sign !== " ") return true;
    return false;
  };
  return rows.filter((row, at) => row.sign !== " " || near(at));
}

function middle(a: string[], b: string[], offset: number): DiffRow[] {
  const gone = (i: number): DiffRow => ({ sign: "-", text: a[i]!, line: offset + i + 1 });
  const come = (j: number): DiffRow => ({ sign: "+", text: b[j]!, line: offset + j + 1 });
  if ((a.length + 1) * (b.length + 1) > LARGEST) return [...a.map((_, i) => gone(i)), ...b.map((_, j) => come(j))];
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  const rows: DiffRow[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push({ sign: " ", text: a[i++]!, line: offset + ++j });
    } else if (j >= b.length || (i < a.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!))
      rows.push(gone(i++));
    else rows.push(come(j++));
  }
  return rows;
}
