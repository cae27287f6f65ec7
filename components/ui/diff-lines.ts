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
