const LONGEST = 255;
/** Of ` (99)`. */
const NUMBER = 5;

/** @returns a name's stem and its extension, so short that a number fits between them */
export function partsOf(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf(".");
  let extension = dot > 0 ? name.slice(dot) : "";
  let stem = dot > 0 ? name.slice(0, dot) : name;
  if (Buffer.byteLength(extension) > 64) [stem, extension] = [name, ""];
  const room = LONGEST - NUMBER - Buffer.byteLength(extension);
  while (Buffer.byteLength(stem) > room) stem = [...stem].slice(0, -1).join("");
  return [stem, extension];
}

/** @returns the name that the script has taken: NAME, NAME (2), NAME (3) … */
export function nthName(name: string, n: number): string {
  if (n === 1) return name;
  const [stem, extension] = partsOf(name);
  return `${stem} (${n})${extension}`;
}
