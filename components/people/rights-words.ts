import type { GrantRight, Preset } from "@/server/contract/grants.ts";
import { ROOT } from "@/server/contract/shell-choice.ts";

export const RIGHT_WORDS: Record<Exclude<GrantRight, "see">, { label: string; detail: string }> = {
  power: { label: "start and stop", detail: "Also restart it, empty its /var/ports and go back to a snapshot." },
  shell: { label: "shell", detail: "He is root in it, or the account named below." },
  processes: { label: "processes", detail: "See them and send them signals." },
  settings: { label: "settings", detail: "Those that the admin has opened to owners." },
  archive: { label: "archives", detail: "Make them and take the jail home as a file." },
  invite: { label: "invite others", detail: "With no more than he has himself. It makes him an owner." },
};

export const PRESET_WORDS: Record<Preset, string> = {
  owner: "owner: all of it",
  helper: "helper: start, stop, shell, processes",
  viewer: "viewer: sees that it is up",
};

/** @returns rights in words, as short as they get; a shell that is one account's alone with that account */
export function rightsWords(rights: readonly string[], shellAs: string = ROOT): string {
  const words = Object.entries(RIGHT_WORDS).flatMap(([right, { label }]) =>
    rights.includes(right) ? [right === "shell" && shellAs !== ROOT ? `${label} as ${shellAs}` : label] : [],
  );
  return words.length === 0 ? "sees it" : words.join(", ");
}
