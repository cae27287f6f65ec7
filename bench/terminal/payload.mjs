import { randomInt } from "node:crypto";

const WORDS = ["knast ", "jail ", "ünï ", "漢字 ", "\x1b[32mok\x1b[0m ", "/usr/local/etc ", "👍 ", "0123456789abcdef "];

/** @returns so many MiB of coloured lines of many lengths with characters of one to four bytes */
export function payload(mib) {
  const words = () => Array.from({ length: 1 + randomInt(24) }, () => WORDS[randomInt(WORDS.length)]).join("");
  const block = Buffer.from(`${Array.from({ length: 2000 }, words).join("\n")}\n`);
  const blocks = Array.from({ length: Math.ceil((mib << 20) / block.length) }, () => block);
  return Buffer.concat(blocks).subarray(0, mib << 20);
}
