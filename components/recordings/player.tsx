"use client";
import "asciinema-player/dist/bundle/asciinema-player.css";
import { useEffect, useRef, useState } from "react";
import { Notice } from "@/components/ui/notice.tsx";

/** Plays an asciicast; the player is loaded when it is needed, as it is large. It draws what was printed and answers nothing. */
export function Player({ url }: { url: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    const element = box.current!;
    let gone = false;
    let dispose = () => {};
    void import("asciinema-player")
      .then(({ create }) => {
        if (gone) return;
        const player = create(
          { url, fetchOpts: { credentials: "same-origin" } },
          element,
          // Long waits are cut short; the size is what the recording says.
          { fit: "width", preload: true, idleTimeLimit: 3, terminalFontFamily: "var(--font-mono), monospace" },
        );
        dispose = () => player.dispose();
      })
      .catch((error: unknown) => {
        console.error(error);
        setBroken(true);
      });
    return () => {
      gone = true;
      dispose();
    };
  }, [url]);
  return (
    <>
      {broken ? (
        <Notice tone="bad" title="The player could not be loaded.">
          <p>Download the recording instead: every player of asciicasts plays it.</p>
        </Notice>
      ) : null}
      <div ref={box} data-testid="player" role="group" aria-label="Recording" className="max-w-full overflow-hidden" />
    </>
  );
}
