"use client";
import Link from "next/link";
import { StateMark } from "@/components/ui/state-mark.tsx";
import type { AuditRow } from "@/server/contract/audit.ts";
import { detailWords, momentWords, resultLook } from "./audit-words.ts";

/** Records, newest first; on a phone each is a block of its own. */
export function AuditTable({ records, withJail = false }: { records: AuditRow[]; withJail?: boolean }) {
  const heads = ["When (UTC)", "Who", "What", ...(withJail ? ["Jail"] : []), "Result", "From"];
  return (
    <div className="relative overflow-x-auto rounded border bg-raised max-md:border-0 max-md:bg-transparent">
      <table className="w-full border-collapse max-md:block">
        <caption className="sr-only">Audit, newest first</caption>
        <thead className="max-md:sr-only">
          <tr className="border-b text-13 text-ink-3">
            {heads.map((word) => (
              <th key={word} scope="col" className="h-9 px-3 text-left font-normal whitespace-nowrap">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="rows max-md:block">
          {records.map((record) => (
            <Row key={record.seq} record={record} withJail={withJail} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const CELL = "px-3 py-1.5 align-top text-13 max-md:p-0";

function Row({ record, withJail }: { record: AuditRow; withJail: boolean }) {
  const { seq, at, who, what, jail, result, source, token } = record;
  const details = detailWords(record);
  return (
    <tr data-seq={seq} className="max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:gap-y-0.5 max-md:py-2">
      <td className={`${CELL} font-mono whitespace-nowrap text-ink-2`}>
        <time dateTime={at} title={`record ${seq}`}>
          {momentWords(at)}
        </time>
      </td>
      <td className={`${CELL} font-mono font-semibold break-all`}>{who === "-" ? "nobody" : who}</td>
      <td className={`${CELL} min-w-0 max-md:basis-full`}>
        <span className="font-mono break-all">{what}</span>
        {details.length > 0 ? <span className="block break-words text-ink-3">{details.join(" · ")}</span> : null}
      </td>
      {withJail ? (
        <td className={`${CELL} font-mono break-all ${jail === undefined ? "max-md:hidden" : ""}`}>
          {jail === undefined ? (
            "–"
          ) : (
            <Link href={`/jails/${encodeURIComponent(jail)}`} prefetch={false}>
              {jail}
            </Link>
          )}
        </td>
      ) : null}
      <td className={CELL}>
        <StateMark {...resultLook(result)} />
      </td>
      <td className={`${CELL} font-mono break-all text-ink-2 ${source === null ? "max-md:hidden" : ""}`}>
        {source === null || source === "-" ? "–" : source}
        {token === null ? null : <span className="block font-sans text-ink-3">by a token</span>}
      </td>
    </tr>
  );
}
