type Where = "local" | "session";

// Asked for each time and never kept: a browser that blocks storage throws at the very mention of it.
const storage = (where: Where) => (where === "local" ? localStorage : sessionStorage);

/** @returns what this browser (or this tab of it) remembers under `key`; null for nothing, also where it remembers nothing at all */
export function recall(key: string, where: Where = "local"): string | null {
  try {
    return storage(where).getItem(key);
  } catch {
    return null;
  }
}

/** Remembers a text, null forgets it. A browser that refuses, or is full, has it until the page is left. */
export function remember(key: string, text: string | null, where: Where = "local"): void {
  try {
    if (text === null) storage(where).removeItem(key);
    else storage(where).setItem(key, text);
  } catch {
    // nothing depends on it
  }
}
