import type { LimitKind, Limits, LimitUse } from "../../contract/limits.ts";
import { JailName } from "../../contract/names.ts";

/** rctl(8)'s names of what the panel limits, in the order in which they are written. */
export const RESOURCES: Record<LimitKind, string> = {
  memoryBytes: "memoryuse",
  processes: "maxproc",
  cpuPercent: "pcpu",
  openFiles: "openfiles",
  terminals: "pseudoterminals",
};
const KINDS = Object.keys(RESOURCES) as LimitKind[];

export const NO_LIMITS: Limits = {
  memoryBytes: null,
  processes: null,
  cpuPercent: null,
  openFiles: null,
  terminals: null,
};

/** @returns 536870912 as 512M, as expand_number(3) reads it; a number that no unit divides stays as it is */
export function renderAmount(kind: LimitKind, amount: number): string {
  if (kind !== "memoryBytes") return String(amount);
  const unit = ["T", "G", "M", "K"].findIndex((_, i) => amount % 1024 ** (4 - i) === 0);
  return unit < 0 ? String(amount) : `${amount / 1024 ** (4 - unit)}${"TGMK"[unit]}`;
}

/** @returns 512M as 536870912, after expand_number(3); null for what is no number */
export function parseAmount(text: string): number | null {
  const match = /^(\d{1,18})([kmgtpe]?)b?$/i.exec(text);
  if (!match) return null;
  const value = Number(match[1]) * 1024 ** " kmgtpe".indexOf(match[2]!.toLowerCase() || " ");
  return Number.isSafeInteger(value) ? value : null;
}

const rule = (jail: string, kind: LimitKind, amount: number): string =>
  `jail:${JailName.parse(jail)}:${RESOURCES[kind]}:deny=${renderAmount(kind, amount)}`;

/** @returns the rules of a jail's limits, as rctl -a takes them and rctl.conf(5) holds them; [] without limits */
export const rctlRules = (jail: string, limits: Limits): string[] =>
  KINDS.flatMap((kind) => (limits[kind] === null ? [] : [rule(jail, kind, limits[kind])]));

type Line = { rule: string | null; jail: string | null; kind: LimitKind | null; amount: number | null };

/** One line as rc.d/rctl reads it: the first word is the rule, what follows it is a comment. */
function readLine(text: string): Line {
  const word = text.trim().split(/\s+/)[0] ?? "";
  const none = { rule: null, jail: null, kind: null, amount: null };
  if (word === "" || word.startsWith("#")) return none;
  const [subject, id, resource, action] = word.split(":");
  if (subject !== "jail" || !id) return { ...none, rule: word };
  const kind = KINDS.find((one) => RESOURCES[one] === resource) ?? null;
  const amount = /^deny=([^/]+)(\/jail)?$/.exec(action ?? "")?.[1];
  const value = amount === undefined ? null : parseAmount(amount);
  return { rule: word, jail: id, kind: value === null ? null : kind, amount: value };
}

const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

/**
 * @param text rctl.conf(5)
 * @returns each jail's limits as they hold: of two rules of one kind the smaller one; jails without one of our kinds are left out
 */
export function readLimits(text: string): Map<string, Limits> {
  const found = new Map<string, Limits>();
  for (const { jail, kind, amount } of linesOf(text).map(readLine)) {
    if (jail === null || kind === null || amount === null) continue;
    const limits = found.get(jail) ?? { ...NO_LIMITS };
    limits[kind] = Math.min(limits[kind] ?? Infinity, amount);
    found.set(jail, limits);
  }
  return found;
}

/** @returns the rules of rctl.conf(5) for one jail, of all kinds and actions, in the file's order */
export const rulesOf = (text: string, jail: string): string[] =>
  linesOf(text).flatMap((line) => {
    const read = readLine(line);
    return read.jail === jail && read.rule !== null ? [read.rule] : [];
  });

/** @returns the lines of one jail as they stand in the file, comments behind the rules too */
export const linesFor = (text: string, jail: string): string =>
  linesOf(text)
    .filter((line) => readLine(line).jail === jail)
    .map((line) => `${line}\n`)
    .join("");

/**
 * Changes one jail's limits in rctl.conf(5) and nothing beside them: comments, other jails, other resources and actions stay
 * as they are; a line whose amount is right already is not touched, a new one goes behind the jail's last.
 */
export function editLimits(text: string, jail: string, limits: Limits): string {
  const wanted = new Map(KINDS.flatMap((kind) => (limits[kind] === null ? [] : [[kind, limits[kind]] as const])));
  const lines: string[] = [];
  let last = -1;
  for (const line of text === "" ? [] : linesOf(text)) {
    const read = readLine(line);
    if (read.jail === jail && read.kind !== null) {
      const amount = wanted.get(read.kind);
      if (amount === undefined) continue;
      wanted.delete(read.kind);
      lines.push(read.amount === amount ? line : line.replace(read.rule!, rule(jail, read.kind, amount)));
    } else lines.push(line);
    if (read.jail === jail) last = lines.length - 1;
  }
  const added = [...wanted].map(([kind, amount]) => rule(jail, kind, amount));
  lines.splice(last < 0 ? lines.length : last + 1, 0, ...added);
  return lines.map((line) => `${line}\n`).join("");
}

/** @returns the file without any rule of a jail that is gone; its comments stay, as nobody knows what they are about */
export const removeJail = (text: string, jail: string): string =>
  text === ""
    ? ""
    : linesOf(text)
        .filter((line) => readLine(line).jail !== jail)
        .map((line) => `${line}\n`)
        .join("");

/** @param text of `rctl -u jail:NAME`: name=value lines, whole numbers; @returns null when one of ours is missing */
export function parseUse(text: string): LimitUse | null {
  const values = new Map(
    text.split("\n").flatMap((line) => {
      const match = /^([a-z]+)=(\d{1,20})$/.exec(line.trim());
      return match ? [[match[1]!, Number(match[2])] as const] : [];
    }),
  );
  const use = Object.fromEntries(KINDS.map((kind) => [kind, values.get(RESOURCES[kind])]));
  return Object.values(use).every((value) => value !== undefined) ? (use as LimitUse) : null;
}
