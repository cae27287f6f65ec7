"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { KeyboardEvent, ReactNode } from "react";
import { StateMark } from "@/components/ui/state-mark.tsx";
import { HOST_ROOMS } from "./host-rooms.ts";
import { usePanel } from "./panel-context.tsx";
import { STATE_TONE } from "./state.ts";

/** The jails that I may see, and below them, for the admin, the rooms of the host. Arrows move through it. */
export function Rail() {
  const { live, me, trouble } = usePanel();
  const here = usePathname();
  const rows = live.rows.toSorted((a, b) => a.name.localeCompare(b.name));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a")];
    const at = links.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    links[Math.max(0, Math.min(links.length - 1, to))]?.focus();
  };
  return (
    <div onKeyDown={onKeyDown} className="flex h-full flex-col">
      <nav aria-label="Jails" className="min-h-0 flex-1 overflow-y-auto py-2 max-md:py-0">
        <RailLink href="/jails" chosen={here === "/jails"} desk>
          <span className="text-ink-2">All jails</span>
          <span className="ml-auto font-mono text-13 text-ink-3">{rows.length}</span>
        </RailLink>
        {rows.map((row) => {
          const between = row.state !== "running" && row.state !== "stopped";
          const path = `/jails/${encodeURIComponent(row.name)}`;
          return (
            <RailLink key={row.name} href={path} chosen={here === path}>
              <StateMark tone={STATE_TONE[row.state]} word={row.state} short />
              <span className="min-w-0">
                <span className="block truncate font-mono text-13">{row.name}</span>
                <span aria-hidden className="block truncate text-13 text-ink-3 md:hidden">
                  {row.hostname}
                </span>
              </span>
              <span aria-hidden className={`ml-auto shrink-0 text-13 text-ink-3 ${between ? "" : "md:hidden"}`}>
                {row.state}
              </span>
            </RailLink>
          );
        })}
        {rows.length === 0 && live.reachable ? (
          <p className="px-4 py-2 text-ink-3 max-md:hidden">No jail yet.</p>
        ) : null}
      </nav>
      {me.role === "admin" ? (
        <nav
          aria-label="Host"
          className="max-h-1/2 shrink-0 overflow-y-auto border-t py-2 max-md:grid max-md:grid-cols-3 max-md:py-0"
        >
          <RailLink href="/jails/new" chosen={here === "/jails/new"}>
            <span aria-hidden className="w-3.5 text-center font-mono">
              +
            </span>
            New jail
          </RailLink>
          {HOST_ROOMS.map(({ href, label }) => (
            <RailLink key={href} href={href} chosen={here === href}>
              {label}
              {href === "/check-up" && trouble ? (
                <span className="ml-auto font-mono text-13 text-warn">
                  <span aria-hidden>▲</span> {trouble}
                  <span className="sr-only"> to mend</span>
                </span>
              ) : null}
            </RailLink>
          ))}
        </nav>
      ) : null}
    </div>
  );
}

function RailLink({
  href,
  chosen,
  desk = false,
  children,
}: {
  href: string;
  chosen: boolean;
  desk?: boolean;
  children: ReactNode;
}) {
  return (
    <Link
      href={href}
      prefetch={false}
      aria-current={chosen ? "page" : undefined}
      className={`flex h-9 items-center gap-2 border-l-2 px-4 whitespace-nowrap -outline-offset-2 shrink-0 max-md:h-12 max-md:border-b ${
        desk ? "max-md:hidden" : ""
      } ${chosen ? "border-l-ink bg-sunken" : "border-l-transparent hover:bg-sunken"}`}
    >
      {children}
    </Link>
  );
}
