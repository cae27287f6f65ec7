/** @returns bytes as FreeBSD's humanize_number(3) would: "512 B", "1.9 G", "212 M" (powers of 1024); "–" for what is no number */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return "–";
  const units = ["B", "K", "M", "G", "T", "P"];
  let value = bytes;
  let unit = 0;
  // 999.5 would print as 1000, four digits wide
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value).toString();
  return `${digits} ${units[unit]}`;
}

/** @returns percent of one core as top(1) shows it: one decimal below 10, none above */
export function formatPercent(percent: number): string {
  if (!Number.isFinite(percent) || percent < 0) return "–";
  return percent < 9.95 ? percent.toFixed(1) : Math.round(percent).toString();
}

/**
 * How long ago `iso` was, in the one unit that a person would say: "just now", "4 min", "3 h", "12 d".
 * @param iso ISO 8601; null or ill-formed gives "–"
 * @param now milliseconds since the epoch; a moment in the future counts as now
 */
export function formatSince(iso: string | null, now: number): string {
  const then = iso === null ? NaN : Date.parse(iso);
  if (Number.isNaN(then)) return "–";
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  if (seconds < 60) return "just now";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}

/** @returns "2026-11-24 12:05" in UTC, so that server and browser print the same; "–" for null or ill-formed */
export function formatMoment(iso: string | null): string {
  const then = iso === null ? NaN : Date.parse(iso);
  return Number.isNaN(then) ? "–" : new Date(then).toISOString().slice(0, 16).replace("T", " ");
}

/** @returns "1 process", "18 processes": number, then the word for one or for many */
export function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
