/**
 * strvis(3) as fstab(5) wants it: blanks, #, backslash and control characters as three octal digits.
 * Other characters stay as they are, UTF-8 included.
 */
export function visEncode(text: string): string {
  return text.replace(/[\x00-\x20\x7f#\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

const SHORT: Record<string, number> = { n: 10, r: 13, b: 8, a: 7, v: 11, t: 9, f: 12, s: 32, E: 27 };

/**
 * strunvis(3): octal digits, the C short forms, \^C and \M. Works on bytes, so that UTF-8 written in octal comes out right.
 * A backslash before anything else is dropped and the character stays.
 */
export function visDecode(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes: number[] = [];
  const input = Buffer.from(text, "utf8");
  for (let at = 0; at < input.length; at++) {
    if (input[at] !== 0x5c) {
      bytes.push(input[at]!);
      continue;
    }
    const rest = input.toString("latin1", at + 1, at + 5);
    const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
    const meta = /^M([-^])([\s\S])/.exec(rest);
    const control = /^\^([\s\S])/.exec(rest);
    if (octal) {
      bytes.push(parseInt(octal, 8) & 255);
      at += octal.length;
    } else if (meta) {
      const code = meta[2]!.charCodeAt(0);
      bytes.push(0x80 | (meta[1] === "-" ? code & 0x7f : controlCode(code)));
      at += 3;
    } else if (control) {
      bytes.push(controlCode(control[1]!.charCodeAt(0)));
      at += 2;
    } else if (rest !== "") {
      bytes.push(SHORT[rest[0]!] ?? rest.charCodeAt(0));
      at += 1;
    } else bytes.push(0x5c);
  }
  return Buffer.from(bytes).toString("utf8");
}

const controlCode = (code: number): number => (code === 0x3f ? 0x7f : code & 0x1f);
