"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { formatBytes } from "@/components/ui/format.ts";
import type { InnerFile } from "@/server/contract/shell-file.ts";
import { cleanTitle } from "../text.ts";

/** Asks before a file leaves a jail: below the screen and without the focus, as the jail says when, and a key is often on its way. */
export function OfferQuestion({
  jail,
  terminal,
  file,
  onClose,
  onMute,
}: {
  jail: string;
  terminal: string;
  file: InnerFile;
  onClose: () => void;
  onMute: () => void;
}) {
  const [begun, setBegun] = useState(false);
  const name = cleanTitle(file.name) || "a file";
  return (
    <section
      aria-label="A file is offered"
      data-testid="offer"
      className="flex shrink-0 flex-wrap items-center gap-2 border-t bg-raised px-3 py-2 text-13"
    >
      <p role="status" className="min-w-0 flex-1 break-all max-md:basis-full">
        <b className="font-mono">{jail}</b> offers <b className="font-mono">{name}</b>, {formatBytes(file.bytes)}.{" "}
        {begun ? "Your browser loads it down." : "Download it?"}
        <span className="block font-mono text-ink-3">{cleanTitle(file.path)}</span>
      </p>
      {begun ? (
        <Button small onClick={onClose}>
          Close
        </Button>
      ) : (
        <>
          <a
            href={`/api/shells/${terminal}/file?path=${encodeURIComponent(file.path)}`}
            download
            onClick={() => setBegun(true)}
            className="inline-flex h-7 items-center rounded border border-accent bg-accent px-2 font-medium text-accent-ink hover:bg-accent-2 max-md:h-10 max-md:px-3"
          >
            Download
          </a>
          <Button small onClick={onClose}>
            No
          </Button>
          <Button small kind="quiet" onClick={onMute}>
            No more questions
          </Button>
        </>
      )}
    </section>
  );
}
