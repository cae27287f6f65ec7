import type { ConfiguredJail } from "../conf/resolve.ts";
import { Parameters } from "./parameters.ts";

/** @returns what a jail depends on and its config does not have; null when there is none */
export function undefinedNeed(configured: ConfiguredJail[], jail: ConfiguredJail): string | null {
  const needs = new Parameters(jail).list("depend").flatMap((text) => text.split(/[\s,]+/));
  return needs.find((need) => need !== "" && !configured.some((one) => one.name === need)) ?? null;
}

/**
 * `depend` (jail.conf(5)): to start, what a jail needs comes before it, also if it was not asked for; to stop, the asked ones
 * alone, those that need others first.
 */
export function orderByDepend(configured: ConfiguredJail[], wanted: string[], stopping: boolean): string[] {
  const needs = new Map(
    configured.map((jail) => [jail.name, new Parameters(jail).list("depend").flatMap((text) => text.split(/[\s,]+/))]),
  );
  const ordered: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const need of needs.get(name) ?? []) visit(need);
    ordered.push(name);
  };
  for (const name of wanted) visit(name);
  return stopping ? ordered.filter((name) => wanted.includes(name)).reverse() : ordered;
}
