import type { GrantRight } from "@/server/contract/grants.ts";
import type { Token } from "@/server/contract/token.ts";
import type { MarkTone } from "@/components/ui/state-mark.tsx";

/** What each right lets a token do. */
export const RIGHT_WORDS: Record<GrantRight, string> = {
  see: "see",
  power: "start and stop, snapshots",
  shell: "shells",
  processes: "processes and limits",
  settings: "settings",
  archive: "archive and download",
  invite: "share with others",
};

export const TOKEN_LOOK: Record<Token["state"], { tone: MarkTone; word: string }> = {
  good: { tone: "ok", word: "good" },
  expired: { tone: "idle", word: "expired" },
  ended: { tone: "idle", word: "ended" },
};

/** @returns what a token may, in a few words */
export function mayWords({ admin, rights }: Pick<Token, "admin" | "rights">): string {
  if (admin) return "everything, as an admin";
  const all = Object.keys(RIGHT_WORDS) as GrantRight[];
  if (all.every((right) => rights.includes(right))) return "everything that you may to a jail";
  return rights.map((right) => RIGHT_WORDS[right]).join(" · ");
}

/** @returns where it may; a jail that is no more has no name */
export function whereWords({ jails }: Pick<Token, "jails">): string {
  if (jails === null) return "all jails";
  const named = jails.flatMap(({ name }) => (name === null ? [] : [name]));
  const gone = jails.length - named.length;
  return [...named, ...(gone > 0 ? [`${gone} that ${gone === 1 ? "is" : "are"} gone`] : [])].join(" ");
}
