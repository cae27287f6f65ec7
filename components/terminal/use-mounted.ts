import { useEffect, useState } from "react";
import { nextBehind } from "./next-behind.ts";

/** Between two shells that nobody looks at, in milliseconds: the page and what is looked at come first. */
const CALM = 1000;

/**
 * Which shells have a screen and a line: at once those that are looked at, later those behind, one after the other, as a bell and the end of
 * a long command are told over a line only. They keep it.
 * @param view those that are looked at @param few whether those behind stay without, as where memory is short
 */
export function useMounted(
  shells: readonly { terminal: string }[],
  view: readonly string[],
  few: boolean,
  onMounted: (terminals: ReadonlySet<string>) => void,
): ReadonlySet<string> {
  const [mounted, setMounted] = useState<ReadonlySet<string>>(new Set());
  const looked = view.join(" ");
  useEffect(() => {
    const ids = looked === "" ? [] : looked.split(" ");
    setMounted((now) => (ids.every((one) => now.has(one)) ? now : new Set([...now, ...ids])));
  }, [looked]);
  const next = few ? null : nextBehind(shells, mounted);
  useEffect(() => {
    if (next === null) return;
    const timer = setTimeout(() => setMounted((now) => new Set([...now, next])), CALM);
    return () => clearTimeout(timer);
  }, [next]);
  useEffect(() => onMounted(mounted), [mounted, onMounted]);
  return mounted;
}
