/**
 * What jail_list is set to when no jail is to start: an empty one would mean all of them (rc.conf(5)).
 * Both are reserved names, so no jail of ours is called that.
 */
const NOBODY = ["none", "no"];

export type AutostartQuestion = {
  /** jail_enable; without it none starts at boot, whatever the list says */
  enabled: boolean;
  /** jail_list as it is now; null when unset */
  list: string[] | null;
  /** every configured jail after the change at hand: with `name` while it is made or stays, without it once it is gone */
  configured: string[];
  name: string;
  wanted: boolean;
};

/** @returns whether nothing is to change whatever else is configured, so that nobody need ask what is */
export function isSettled({ enabled, list, name, wanted }: Omit<AutostartQuestion, "configured">): boolean {
  const all = list === null || list.length === 0;
  if (!enabled) return !wanted && (all || !list.includes(name));
  return all ? wanted : list.includes(name) === wanted;
}

/**
 * Decides about jail_list for one jail without changing what any other jail does at boot; who wants `name` to start sets jail_enable too.
 * An unset or empty jail_list starts all of them: adding a name to it would stop the others, so it stays alone. Where
 * jail_enable is off it starts none of them, and none but `name` may start once it is on.
 * @returns the new jail_list, null to leave it alone
 */
export function planAutostart({ enabled, list, configured, name, wanted }: AutostartQuestion): string[] | null {
  const nobody = NOBODY.find((word) => !configured.includes(word)) ?? NOBODY[0]!;
  const others = (names: string[]): string[] => names.filter((other) => other !== name);
  const orNobody = (names: string[]): string[] => (names.length > 0 ? names : [nobody]);
  const all = list === null || list.length === 0;
  if (!enabled) {
    if (!wanted) return !all && list.includes(name) ? orNobody(others(list)) : null;
    const theirs = others(all ? configured : list.filter((other) => configured.includes(other)));
    if (theirs.length > 0) return [name];
  }
  if (all) return wanted || !configured.includes(name) ? null : orNobody(others(configured));
  if (list.includes(name) === wanted) return null;
  if (!wanted) return orNobody(others(list));
  return [...list.filter((other) => !NOBODY.includes(other) || configured.includes(other)), name];
}
