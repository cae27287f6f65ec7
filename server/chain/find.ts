import type { AuditFilter, AuditPage, AuditRecord } from "../contract/audit.ts";
import { lookBack } from "./look-back.ts";

/** A clock that was set back by less than this leaves nothing out. */
const SLACK = 86_400_000;

/** What a line's JSON must hold for the filter's exact fields; a look at it is cheaper than to parse it. */
const needles = ({ jail, jailId, who, result }: AuditFilter): string[] =>
  Object.entries({ jail, jailId, who, result })
    .filter(([, value]) => value !== undefined && /^[\x20-\x7e]*$/.test(value))
    .map(([key, value]) => `"${key}":${JSON.stringify(value)}`);

/** @returns whether a record is one that the filter asks for */
export function matches(record: AuditRecord, filter: AuditFilter): boolean {
  const { jail, jailId, who, what, result, from, to } = filter;
  const at = Date.parse(record.at);
  return (
    (jail === undefined || record.jail === jail) &&
    (jailId === undefined || record.jailId === jailId) &&
    (who === undefined || record.who === who) &&
    (what === undefined || record.what.startsWith(what)) &&
    (result === undefined || record.result === result) &&
    (from === undefined || at >= Date.parse(from)) &&
    (to === undefined || at < Date.parse(to))
  );
}

/**
 * Records that a filter asks for, the newest first; reading is bounded, so that a page may be short before the end.
 * @returns them, and where the next page begins, null at the end
 */
export function findRecords(
  directory: string,
  { before, limit, ...filter }: AuditFilter & { before?: number | undefined; limit: number },
): Promise<AuditPage> {
  const parts = needles(filter);
  const oldest = filter.from === undefined ? null : Date.parse(filter.from) - SLACK;
  return lookBack(directory, {
    before,
    limit,
    maybe: (line) => parts.every((part) => line.includes(part)),
    wanted: (record) => matches(record, filter),
    over: (line) => oldest !== null && Date.parse(/"at":"([^"]{1,40})"/.exec(line)?.[1] ?? "") < oldest,
  });
}
