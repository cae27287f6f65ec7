/** @returns the middle of the numbers; NaN for none */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @returns the p-quantile (0 to 1) of the numbers, nearest rank */
export const quantile = (numbers, p) =>
  numbers.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(p * numbers.length) - 1)];

/** One line of the report: our figure, the baseline of the same run, and their ratio. */
export const row = (what, unit, ours, baselineName, baseline) => ({
  what,
  unit,
  ours,
  baselineName,
  baseline,
  ratio: ours / baseline,
});

const short = (number) => (number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2));

/** @returns the rows as a Markdown table */
export function table(rows) {
  const lines = rows.map(
    (r) =>
      `| ${r.what} | ${short(r.ours)} ${r.unit} | ${short(r.baseline)} ${r.unit} (${r.baselineName}) | ${r.ratio.toFixed(2)} |`,
  );
  return ["| what | ours | baseline in the same run | ratio |", "|---|---|---|---|", ...lines].join("\n");
}
