"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ButtonLink } from "@/components/ui/button.tsx";
import { formatBytes, formatPercent } from "@/components/ui/format.ts";
import { matches } from "@/components/ui/match.ts";
import { Since } from "@/components/ui/since.tsx";
import { SortHeader, type Sort } from "@/components/ui/sort-header.tsx";
import { StateMark } from "@/components/ui/state-mark.tsx";
import { usePanel } from "./panel-context.tsx";
import { sortRows, type Column } from "./sort-rows.ts";
import { STATE_TONE } from "./state.ts";

/** All jails that I may see, live: one line each, sorted by a press on a column's head, narrowed by the filter. */
export function JailTable() {
  const { live, me } = usePanel();
  const router = useRouter();
  const [filter, setFilter] = useState("");
  const [sort, setSort] = useState<Sort<Column>>({ by: "name", down: false });
  const rows = sortRows(
    live.rows.filter((row) =>
      matches(
        filter,
        [row.name, row.hostname, row.state, ...row.addresses, ...row.owners.map((owner) => owner.name)].join(" "),
      ),
    ),
    sort,
  );
  const head = { sort, onSort: setSort };
  // 25 jails are to be seen on a laptop without scrolling.
  const height = live.rows.length > 16 ? "h-7" : "h-9";
  return (
    <div className="flex min-h-0 flex-col">
      <div className="flex h-11 shrink-0 items-center gap-3 border-b px-3">
        <input
          aria-label="Filter jails"
          placeholder="Filter by name, address, owner, state"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          spellCheck={false}
          className="h-8 w-72 min-w-0 rounded border border-line-2 bg-raised px-2"
        />
        <span role="status" className="text-13 text-ink-3">
          {filter ? `${rows.length} of ${live.rows.length}` : summary(live.rows)}
        </span>
        {me.role === "admin" ? (
          <ButtonLink href="/jails/new" kind="primary" small className="ml-auto">
            New jail
          </ButtonLink>
        ) : null}
      </div>
      <div className="relative overflow-x-auto">
        <table className="w-full border-collapse whitespace-nowrap">
          <caption className="sr-only">Jails</caption>
          <thead className="sticky top-0 z-10 bg-paper shadow-[0_1px_0_var(--line)]">
            <tr>
              <SortHeader column="state" label="State" {...head} />
              <SortHeader column="name" label="Name" {...head} />
              <SortHeader column="hostname" label="Host name" {...head} />
              <SortHeader column="address" label="Addresses" {...head} />
              <SortHeader column="owner" label="Owner" {...head} />
              <SortHeader column="cpu" label="CPU %" right {...head} />
              <SortHeader column="memory" label="Memory" right {...head} />
              <SortHeader column="since" label="Since" right {...head} />
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr
                key={row.name}
                onClick={(event) => {
                  if (!(event.target as HTMLElement).closest("a"))
                    router.push(`/jails/${encodeURIComponent(row.name)}`);
                }}
                className={`${height} cursor-pointer border-b hover:bg-sunken`}
              >
                <td className="px-3">
                  <StateMark tone={STATE_TONE[row.state]} word={row.state} />
                  {row.drift ? (
                    <span className="ml-2 text-13 text-warn" title="It runs with other parameters than its file says.">
                      ◐ restart to apply
                    </span>
                  ) : null}
                </td>
                <td className="max-w-56 truncate px-3 2xl:max-w-none" title={row.name}>
                  <Link
                    href={`/jails/${encodeURIComponent(row.name)}`}
                    prefetch={false}
                    className="font-mono text-13 font-semibold hover:underline"
                  >
                    {row.name}
                  </Link>
                </td>
                <td className="max-w-48 truncate px-3 font-mono text-13 text-ink-2 2xl:max-w-64" title={row.hostname}>
                  {row.hostname}
                </td>
                <td className="max-w-72 truncate px-3 font-mono text-13 text-ink-2">{row.addresses.join(" ")}</td>
                <td className="max-w-40 truncate px-3 text-ink-2">
                  {row.owners.map((owner) => owner.name).join(", ") || (me.role === "admin" ? "–" : "")}
                </td>
                <td className="px-3 text-right font-mono text-13 text-ink-2">
                  {row.jid === null ? "" : formatPercent(row.cpuPercent)}
                </td>
                <td className="px-3 text-right font-mono text-13 text-ink-2">
                  {row.jid === null ? "" : formatBytes(row.rssBytes)}
                </td>
                <td className="px-3 text-right font-mono text-13 text-ink-2">
                  {row.runningSince === null ? "" : <Since at={row.runningSince} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 ? (
          <p className="px-3 py-4 text-ink-2">
            No jail fits “{filter}”.{" "}
            <button type="button" className="link" onClick={() => setFilter("")}>
              Show all
            </button>
          </p>
        ) : null}
      </div>
    </div>
  );
}

function summary(rows: { state: string }[]): string {
  const n = (state: string) => rows.filter((row) => row.state === state).length;
  const broken = n("broken");
  return `${n("running")} running, ${n("stopped")} stopped${broken > 0 ? `, ${broken} broken` : ""}`;
}
