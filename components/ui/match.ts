/** @returns whether each word of `query` occurs in `text`, whatever the case; an empty query fits all */
export function matches(query: string, text: string): boolean {
  const hay = text.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}
