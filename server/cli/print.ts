/** What comes from a jail or a host may hold what a terminal obeys; none of it gets there. */
export const plain = (text: string): string => text.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, "?");

const cell = (value: unknown): string =>
  value === null || value === undefined || value === "" ? "–" : plain(String(value));

/** @returns lines with the columns under their heads; the last one is as long as it is */
export function table(heads: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const all = [heads, ...rows].map((row) => row.map(cell));
  const widths = heads.map((_, i) => Math.max(...all.map((row) => [...row[i]!].length)));
  const line = (row: string[]) =>
    row.map((text, i) => (i === row.length - 1 ? text : text + " ".repeat(widths[i]! - [...text].length))).join("  ");
  return all.map(line).join("\n");
}

/** @returns name and value a line */
export function facts(of: readonly (readonly [string, unknown])[]): string {
  const width = Math.max(...of.map(([name]) => name.length));
  return of.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`).join("\n");
}

const UNITS = ["B", "K", "M", "G", "T", "P"];

/** @returns 1.5G for a number of bytes */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(Math.floor(Math.log2(count) / 10), UNITS.length - 1);
  const value = count / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}${UNITS[power]}`;
}
