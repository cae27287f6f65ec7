"use client";
import { useEffect, useState } from "react";

/** Old enough to look again when the tab comes back to the front. */
const AGAIN_MS = 10 * 60_000;

/**
 * How many findings of the check-up want mending; null while nobody has looked, or where it is nobody's business.
 * @param admin friends neither see nor ask
 */
export function useTrouble(admin: boolean) {
  const [trouble, setTrouble] = useState<number | null>(null);
  useEffect(() => {
    if (!admin) return;
    let asked = 0;
    const stop = new AbortController();
    const ask = () => {
      if (document.hidden || Date.now() - asked < AGAIN_MS) return;
      asked = Date.now();
      fetch("/api/check-up", { signal: stop.signal })
        .then(async (answer) => {
          const body: unknown = answer.ok ? await answer.json() : null;
          if (typeof body === "object" && body !== null && "trouble" in body && typeof body.trouble === "number")
            setTrouble(body.trouble);
        })
        .catch(() => {});
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      stop.abort();
      document.removeEventListener("visibilitychange", ask);
    };
  }, [admin]);
  return [trouble, setTrouble] as const;
}
