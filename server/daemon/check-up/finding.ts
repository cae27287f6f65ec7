import type { Finding, FindingLevel } from "../../contract/check-up.ts";

/** A word for root's shell: as it is when it is plain, else in single quotes. Control characters have no business in a command. */
export function word(text: string): string {
  const plain = text.replace(/[\x00-\x1f\x7f]/g, "?");
  return /^[A-Za-z0-9_./:=,@%+-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}

/** A command line of words that stand for themselves. */
export const line = (...words: string[]): string => words.map(word).join(" ");

const cut = (text: string, most: number): string => {
  const plain = text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, "?");
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
};

/** @returns a finding whose texts have their bounds; a command that is too long is left out, as half of one is dangerous */
export function finding(
  id: string,
  level: FindingLevel,
  title: string,
  means: string,
  more: { commands?: readonly string[]; evidence?: readonly string[] } = {},
): Finding {
  const commands = (more.commands ?? []).filter((one) => one.length <= 4096).slice(0, 40);
  const evidence = (more.evidence ?? []).slice(0, 20).map((one) => cut(one, 500));
  return { id: cut(id, 300), level, title: cut(title, 300), means: cut(means, 1000), commands, evidence };
}

/** rc.conf(5) of this host is edited by sysrc(8); -f only where it is not the host's usual one. */
export const sysrc = (etc: string, assignment: string): string =>
  etc === "/etc" ? line("sysrc", assignment) : line("sysrc", "-f", `${etc}/rc.conf`, assignment);
