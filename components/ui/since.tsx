"use client";
import { useEffect, useRef, useState } from "react";
import { formatMoment, formatSince } from "./format.ts";

/** How long ago, counted on while the page is open; the exact moment under the pointer. */
export function Since({ at, suffix = "" }: { at: string | null; suffix?: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  const since = formatSince(at, now);
  // One text, as the server's may be a minute older than the page's: React lets that differ, but not in how many pieces it is.
  const text = since === "just now" ? since : `${since}${suffix}`;
  const shown = useRef<HTMLTimeElement>(null);
  // React takes the server's word for this one.
  useEffect(() => {
    if (shown.current && shown.current.textContent !== text) shown.current.textContent = text;
  });
  if (at === null) return <span>–</span>;
  return (
    <time ref={shown} dateTime={at} title={`${formatMoment(at)} UTC`} suppressHydrationWarning>
      {text}
    </time>
  );
}
