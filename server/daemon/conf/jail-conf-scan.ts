import { jailConfTokens } from "./jail-conf-tokens.ts";
import { textOfWord } from "./jail-conf-tree.ts";

/** One statement of a jail.conf, not expanded: for the two questions that `jail -e` does not answer ($knast_id, .include). */
export type ConfStatement = {
  /** the block that it stands in; null outside of all blocks */
  jail: string | null;
  name: string;
  operator: "=" | "+=" | null;
  values: string[];
};

/**
 * Never throws: an unterminated string or comment ends the scan.
 * @returns the statements in their order; what is no statement is passed over
 */
export function scanJailConf(text: string): ConfStatement[] {
  const statements: ConfStatement[] = [];
  let jail: string | null = null;
  let words: string[] = [];
  let operator: "=" | "+=" | null = null;
  const flush = () => {
    if (words.length > 0) statements.push({ jail, name: words[0]!, operator, values: words.slice(1) });
    words = [];
    operator = null;
  };
  for (const token of jailConfTokens(text)) {
    if (token.kind === "unterminated") break;
    if (token.kind === "word") words.push(textOfWord(token.pieces));
    else if (token.sign === "{") {
      jail = words.join(" ");
      words = [];
    } else if (token.sign === "}") {
      flush();
      jail = null;
    } else if (token.sign === ";") flush();
    else if (token.sign === "=" || token.sign === "+=") operator = token.sign;
  }
  flush();
  return statements;
}
