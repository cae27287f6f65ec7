"use client";
import { useEffect, useState } from "react";
import { formatMoment, formatSince } from "./format.ts";

/** How long ago, counted on while the page is open; the exact moment under the pointer. */
export function Since({ at, suffix = "" }: { at: string | null; suffix?: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (at === null) return <span>–</span>;
  const text = formatSince(at, now);
  return (
    <time dateTime={at} title={`${formatMoment(at)} UTC`} suppressHydrationWarning>
      {text}
      {text === "just now" ? "" : suffix}
    </time>
  );
}
