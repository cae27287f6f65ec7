"use client";
import { useEffect, useState } from "react";
import { z } from "zod";
import { JailRow } from "@/server/contract/panel.ts";

const AGAIN_MS = 3000;
const Rows = z.array(JailRow);

export type Live = { rows: JailRow[]; link: "server" | "live" | "lost"; reachable: boolean };

/**
 * The jails that this person may see, from the server's first answer on and then as they change.
 * `onRefused` is called when the panel does not answer the stream (the session has ended, or it restarts); asked again later.
 * A hidden tab gives its connection back: browsers allow six to one origin, and shells and pages need them.
 */
export function useLive(initial: JailRow[], reachable: boolean, onRefused: () => void): Live {
  const [live, setLive] = useState<Live>({ rows: initial, link: "server", reachable });
  // An answer without the daemon knows no jails: what was seen before stays in view.
  useEffect(
    () => setLive((now) => ({ ...now, rows: reachable ? initial : now.rows, reachable })),
    [initial, reachable],
  );
  useEffect(() => {
    let source: EventSource | null = null;
    let again: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      if (source || document.hidden) return;
      source = new EventSource("/api/live");
      source.onmessage = (message: MessageEvent<string>) => {
        const rows = Rows.safeParse(JSON.parse(message.data));
        if (rows.success) setLive({ rows: rows.data, link: "live", reachable: true });
      };
      source.addEventListener("unavailable", () => setLive((now) => ({ ...now, link: "live", reachable: false })));
      source.onerror = () => {
        setLive((now) => ({ ...now, link: "lost" }));
        // CLOSED: the browser does not come back by itself after an answer that is no stream.
        if (source?.readyState !== EventSource.CLOSED) return;
        source = null;
        onRefused();
        again = setTimeout(open, AGAIN_MS);
      };
    };
    const close = () => {
      clearTimeout(again);
      source?.close();
      source = null;
    };
    const turn = () => (document.hidden ? close() : open());
    open();
    document.addEventListener("visibilitychange", turn);
    return () => {
      document.removeEventListener("visibilitychange", turn);
      close();
    };
  }, [onRefused]);
  return live;
}
