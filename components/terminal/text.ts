/** A title comes from inside a jail: plain text, no control characters, no marks of direction, 256 characters at most. */
export function cleanTitle(title: string): string {
  return Array.from(title.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, ""))
    .slice(0, 256)
    .join("")
    .trim();
}

/** What may be pasted: tabs and line ends stay, other control characters go, as an ESC in a paste can end its brackets. */
export function cleanPaste(text: string): string {
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, "");
}

/** Whether a shell would run some of it right away. */
export function isManyLines(text: string): boolean {
  return /[\r\n]/.test(text);
}

/** Of a long text so many characters are shown, from its begin and from its end. */
const PREVIEW = { begin: 4000, end: 1000 };

/** What can't be seen, and what turns the order of what can (Default_Ignorable_Code_Point; the separators break lines), by its number. */
const reveal = (text: string) =>
  text.replace(/[\p{DI}\u2028\u2029]/gu, (c) => `⟨U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`);

/** @returns a text for a person to judge: what it begins and ends with, and how many characters between are not shown; nothing invisible is in it */
export function preview(text: string): { begin: string; hidden: number; end: string } {
  if (text.length <= PREVIEW.begin + PREVIEW.end) return { begin: reveal(text), hidden: 0, end: "" };
  // not through the middle of a character
  const cut = (at: number) => (/[\udc00-\udfff]/.test(text[at]!) ? at + 1 : at);
  const [from, to] = [cut(PREVIEW.begin), cut(text.length - PREVIEW.end)];
  return { begin: reveal(text.slice(0, from)), hidden: to - from, end: reveal(text.slice(to)) };
}

/** @returns the address when it is one of the web, null for every other scheme */
export function webAddress(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, href } = new URL(text);
  return protocol === "http:" || protocol === "https:" ? href : null;
}

/** What Ctrl makes of a key, undefined when nothing (the ASCII control characters). */
export function withCtrl(key: string): string | undefined {
  if (key === "?") return "\x7f";
  if (key === " ") return "\0";
  const code = key.toUpperCase().charCodeAt(0);
  return key.length === 1 && code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : undefined;
}

/** @param line a line of the screen, a column for each character. @returns where the word at `column` begins and how wide it is */
export function wordAt(line: string, column: number): [begin: number, width: number] {
  // what ends no address and no path
  const part = (at: number) => at >= 0 && at < line.length && /[^\s"'`()<>[\]{}|]/.test(line[at]!);
  let begin = column;
  let end = column + 1;
  if (part(column)) {
    while (part(begin - 1)) begin--;
    while (part(end)) end++;
  }
  return [begin, end - begin];
}

/** What a program shows for an address and where it leads, when that is something else; for a person to compare. */
export function otherText(shown: string, url: string): string | null {
  const text = shown.trim();
  if (text === "" || text === url || webAddress(text) === url) return null;
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
