"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";

const AGAIN_MS = 30_000;
/** Said by the list of notices when one of them was read. */
export const NOTICES_READ = "knast-notices-read";

/** The way to the notices, with how many are new in words. It looks again while the page is in front. */
export function NoticesLink() {
  const unread = useUnread();
  const here = usePathname() === "/notices";
  return (
    <Link
      href="/notices"
      prefetch={false}
      aria-current={here ? "page" : undefined}
      aria-label={unread > 0 ? `Notices, ${unread} new` : "Notices"}
      className="flex h-8 items-center gap-1.5 rounded px-2 whitespace-nowrap text-ink-2 hover:text-ink max-md:h-11 md:ml-auto"
    >
      <span className={unread > 0 ? "max-sm:hidden" : ""}>Notices</span>
      {unread > 0 ? (
        <span className="font-mono text-13 text-warn">
          <span aria-hidden>◐</span> {unread > 99 ? "99+" : unread} new
        </span>
      ) : null}
    </Link>
  );
}

function useUnread(): number {
  const [unread, setUnread] = useState(0);
  const here = usePathname();
  useEffect(() => {
    const stop = new AbortController();
    const ask = () => {
      if (document.hidden) return;
      fetch("/api/notices", { signal: stop.signal })
        .then(async (answer) => {
          const body: unknown = answer.ok ? await answer.json() : null;
          if (typeof body === "object" && body !== null && "unread" in body && typeof body.unread === "number")
            setUnread(body.unread);
        })
        .catch(() => {});
    };
    ask();
    const timer = setInterval(ask, AGAIN_MS);
    document.addEventListener("visibilitychange", ask);
    addEventListener(NOTICES_READ, ask);
    return () => {
      stop.abort();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ask);
      removeEventListener(NOTICES_READ, ask);
    };
  }, [here]);
  return unread;
}
