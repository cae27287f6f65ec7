import { useLayoutEffect, useRef } from "react";
import { useHydrated } from "./use-hydrated.ts";

/**
 * Takes over what somebody (or his browser, after a reload) put into a field of the server's page before its script ran:
 * React hears of no such change, and would put back the old value at its next turn.
 * @param valueOf what stands in the field now; null when it can't be said
 * @param take the field's own onChange
 */
export function useTypedEarly<E extends HTMLElement>(
  value: string,
  valueOf: (field: E) => string | null,
  take: (value: string) => void,
) {
  const field = useRef<E>(null);
  const early = useRef(!useHydrated());
  useLayoutEffect(() => {
    if (!early.current) return;
    early.current = false;
    const typed = field.current && valueOf(field.current);
    if (typed !== null && typed !== value) take(typed);
  });
  return field;
}
