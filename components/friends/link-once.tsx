"use client";
import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { formatMoment } from "@/components/ui/format.ts";
import { Notice } from "@/components/ui/notice.tsx";
import type { OneTimeLink } from "@/server/contract/panel.ts";

/** The link, this once: the panel keeps a hash of it only. */
export function LinkOnce({
  name,
  link,
  words = "With it he chooses his password.",
  onDone,
}: {
  name: string;
  link: OneTimeLink;
  words?: string;
  onDone: () => void;
}) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, [link]);
  return (
    <Notice tone="ok" title={`Send this link to ${name}`}>
      <div className="flex items-center gap-2">
        <input
          ref={box}
          readOnly
          aria-label={`Link for ${name}`}
          value={link.url}
          onFocus={(event) => event.target.select()}
          className="h-9 min-w-0 flex-1 rounded border border-line-2 bg-sunken px-3 font-mono text-13 max-md:h-12"
        />
        <CopyButton text={link.url} />
      </div>
      <p>
        {words} It works once, until <time dateTime={link.expiresAt}>{formatMoment(link.expiresAt)} UTC</time>, and is
        shown only here and now. Whoever has it first can use it, so send it by a way that you trust.
      </p>
      <Button small onClick={onDone}>
        I have sent it
      </Button>
    </Notice>
  );
}
