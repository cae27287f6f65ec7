/**
 * Which lines of `after` are not in `before`, by a longest common subsequence of lines.
 * @returns indexes into the lines of `after`; both texts are small (a config file), so the quadratic table is fine
 */
export function changedLines(before: string, after: string): Set<number> {
  const a = before.split("\n");
  const b = after.split("\n");
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  const changed = new Set<number>();
  let i = 0;
  for (let j = 0; j < b.length; j++) {
    while (i < a.length && a[i] !== b[j] && common[(i + 1) * width + j]! >= common[i * width + j + 1]!) i++;
    if (i < a.length && a[i] === b[j]) i++;
    else changed.add(j);
  }
  return changed;
}

export type DiffLine = { kind: "same" | "gone" | "new"; text: string };

/** @returns the lines of both texts in their order, what goes before what comes */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.replace(/\n$/, "").split("\n");
  const b = after.replace(/\n$/, "").split("\n");
  const come = changedLines(a.join("\n"), b.join("\n"));
  const out: DiffLine[] = [];
  let i = 0;
  for (const [j, text] of b.entries()) {
    if (come.has(j)) {
      out.push({ kind: "new", text });
      continue;
    }
    const gone: DiffLine[] = [];
    for (; a[i] !== text; i++) gone.push({ kind: "gone", text: a[i]! });
    // What is gone stands above what came in its place.
    const place = out.findLastIndex((line) => line.kind !== "new") + 1;
    out.splice(place, 0, ...gone);
    out.push({ kind: "same", text });
    i++;
  }
  const place = out.findLastIndex((line) => line.kind !== "new") + 1;
  out.splice(place, 0, ...a.slice(i).map((text): DiffLine => ({ kind: "gone", text })));
  return out;
}
