/**
 * @param text of a distribution's MANIFEST: tab-separated file name, SHA-256, and more
 * @returns the checksum of one file in lower case; null if the file is not in it or stands there with two different ones
 */
export function checksumInManifest(text: string, file: string): string | null {
  const sums = new Set<string>();
  for (const line of text.split("\n")) {
    const [name, sum] = line.split("\t");
    if (name === file) sums.add((sum ?? "").trim().toLowerCase());
  }
  const [sum] = sums;
  return sums.size === 1 && /^[0-9a-f]{64}$/.test(sum!) ? sum! : null;
}
