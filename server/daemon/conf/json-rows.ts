import { KnastError } from "../../contract/errors.ts";

/** A row of a tool's libxo output. The tools print numbers as strings or as numbers, as it pleases them. */
export type Row = Record<string, unknown>;

/**
 * @param text what a tool printed under `--libxo json`
 * @param path keys that lead to the array of rows
 * @returns the rows; [] for no output at all (ps(1) prints nothing but a status when no process matches)
 * @throws KnastError internal when it is not that
 */
export function jsonRows(text: string, path: readonly [string, string]): Row[] {
  if (text.trim() === "") return [];
  try {
    // libxo lets control characters through, and a jail's root may put some into his host name: nobody else is to suffer by them.
    const outer = (JSON.parse(text.replace(/[\x00-\x09\x0b-\x1f\x7f]/g, " ")) as Row)[path[0]] as Row;
    const rows = outer[path[1]] ?? [];
    if (!Array.isArray(rows) || !rows.every((row) => typeof row === "object" && row !== null && !Array.isArray(row)))
      throw new TypeError(`no rows under ${path.join(".")}`);
    return rows as Row[];
  } catch (cause) {
    throw new KnastError("internal", { cause });
  }
}

/** @returns a scalar as text; "" if absent */
export function textOf(row: Row, key: string): string {
  const value = row[key];
  return typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? `${value}` : "";
}

/** @returns a finite number; 0 if absent or none */
export function numberOf(row: Row, key: string): number {
  const text = textOf(row, key).trim();
  const value = text === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : 0;
}
