import type { TerminalInfo } from "@/server/contract/terminal.ts";
import { ROOT } from "@/server/contract/shell-choice.ts";

/** What the dock and the list know of an open shell. */
export type DockShell = TerminalInfo;

/** What has happened in a shell that one has not seen, by its id. */
export type News = Readonly<Record<string, "ended" | "bell" | "output" | undefined>>;

/** Counts the shells of one jail from 1. */
export const numberOf = (shell: DockShell, shells: readonly DockShell[]): number =>
  shells.filter((one) => one.jail === shell.jail).findIndex((one) => one.terminal === shell.terminal) + 1;

/** @returns where it is: the jail, and as whom when that is not root */
export const placeOf = ({ jail, account }: Pick<DockShell, "jail" | "account">): string =>
  account === ROOT ? jail : `${account}@${jail}`;

/** @returns its name, else what its program calls itself, else its number */
export const labelOf = (shell: DockShell, shells: readonly DockShell[]): string =>
  shell.name ?? (shell.title || String(numberOf(shell, shells)));

/** @returns the moment since which nothing has happened in it */
export const idleSince = ({ startedAt, lastInputAt, lastOutputAt }: DockShell): string =>
  [startedAt, lastInputAt ?? "", lastOutputAt ?? ""].toSorted().at(-1)!;
