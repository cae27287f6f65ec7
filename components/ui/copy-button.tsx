"use client";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";

/** Copies `text`; says so for two seconds. Without the clipboard (plain http) it selects nothing and says what to do. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Button
      small
      aria-label={label}
      onClick={() => {
        copy(text).then(
          () => setSaid("Copied"),
          () => setSaid("Select and copy by hand"),
        );
      }}
    >
      <span aria-live="polite">{said ?? "Copy"}</span>
    </Button>
  );
}

/** Puts text on the clipboard. @throws Error when the browser lets nobody */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Panels reached over plain http on a LAN have no navigator.clipboard.
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}
