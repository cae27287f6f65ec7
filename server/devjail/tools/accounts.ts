import { readFileSync } from "node:fs";

let names: Map<number, string> | undefined;

/** @returns the name that the host's own passwd(5) has for a uid, else the number, as ps(1) prints it */
export function userName(uid: number): string {
  if (!names) {
    names = new Map();
    for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
      const [name, , id] = line.split(":");
      if (name && id && !names.has(Number(id))) names.set(Number(id), name);
    }
  }
  return names.get(uid) ?? String(uid);
}

/** @returns the uid of a name or of digits; null when there is none */
export function userId(text: string): number | null {
  if (/^[0-9]+$/.test(text)) return Number(text);
  userName(0);
  return [...names!].find(([, name]) => name === text)?.[0] ?? null;
}
