/** Flags of jail(8) outside of `allow.`; what is missing here keeps the value that it has. */
const FLAGS = new Set([
  "persist",
  "dying",
  "mount.devfs",
  "mount.fdescfs",
  "mount.procfs",
  "exec.clean",
  "ip4.saddrsel",
  "ip6.saddrsel",
]);

const isFlag = (name: string): boolean => name.startsWith("allow.") || FLAGS.has(name);

/**
 * The one place that knows that `allow.x`, `allow.x = 1`, `allow.nox = 0` and so on are one parameter.
 * @returns name without its "no", and whether it had one; other parameters come back as they are
 */
export function plainName(name: string): { name: string; negative: boolean } {
  const dot = name.lastIndexOf(".") + 1;
  const positive = name.startsWith("no", dot) ? name.slice(0, dot) + name.slice(dot + 2) : name;
  return positive !== name && isFlag(positive) ? { name: positive, negative: true } : { name, negative: false };
}

/** @param values none for a bare flag @returns whether a flag is on; null when it is no flag or has no flag's value */
export function booleanOf(name: string, values: readonly string[]): boolean | null {
  const plain = plainName(name);
  if (!isFlag(plain.name) || values.length > 1) return null;
  const [value] = values;
  if (value === undefined) return !plain.negative;
  if (value === "1" || value === "true") return !plain.negative;
  if (value === "0" || value === "false") return plain.negative;
  return null;
}

/** @returns the name of a bare flag: allow.x or allow.nox */
export function flagName(name: string, on: boolean): string {
  const dot = name.lastIndexOf(".") + 1;
  return on ? name : `${name.slice(0, dot)}no${name.slice(dot)}`;
}
