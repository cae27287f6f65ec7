"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { formatBytes } from "@/components/ui/format.ts";
import { cleanTitle } from "../text.ts";
import type { Sending, SendQueue } from "./send-queue.ts";

/** The files on their way, and what became of the last ones. */
export function SendingList({ items, queue }: { items: readonly Sending[]; queue: SendQueue }) {
  const [forAll, setForAll] = useState(false);
  if (items.length === 0) return null;
  const asking = items.find(({ state }) => state === "asking");
  const waiting = items.some(({ state }) => state === "waiting");
  const going = waiting || items.some(({ state }) => state === "sending" || state === "asking");
  return (
    <section
      aria-label="Files for this shell"
      data-testid="sending"
      className="max-h-40 shrink-0 space-y-1 overflow-y-auto border-t bg-raised px-3 py-2 text-13"
    >
      <ul className="space-y-1">
        {items.map((item) => (
          <li
            key={item.id}
            data-file={item.name}
            data-state={item.state}
            className="flex flex-wrap items-center gap-x-3"
          >
            <span className="min-w-0 truncate font-mono">{cleanTitle(item.name)}</span>
            {item.state === "sending" ? (
              <progress
                className="h-2 w-32"
                max={item.bytes || 1}
                value={item.sent}
                aria-label={`Sending ${item.name}`}
              />
            ) : null}
            <span className={item.state === "failed" ? "text-bad" : "text-ink-2"} role="status">
              {words(item)}
            </span>
            {item.state === "sending" || item.state === "waiting" ? (
              <button type="button" className="link max-md:py-2" onClick={() => queue.cancel(item.id)}>
                Cancel
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {asking ? (
        <div className="flex flex-wrap items-center gap-2">
          <Button small kind="danger" onClick={() => queue.answer("replace", forAll)}>
            Replace it
          </Button>
          <Button small onClick={() => queue.answer("keep", forAll)}>
            Keep both
          </Button>
          <Button small onClick={() => queue.answer(null, forAll)}>
            Leave it out
          </Button>
          {waiting ? (
            <label className="flex items-center gap-2 max-md:py-2">
              <input type="checkbox" checked={forAll} onChange={(event) => setForAll(event.target.checked)} />
              the same for all
            </label>
          ) : null}
        </div>
      ) : null}
      <p className="flex gap-4">
        {going ? (
          <button type="button" className="link max-md:py-2" onClick={() => queue.cancelAll()}>
            Cancel all
          </button>
        ) : (
          <button type="button" className="link max-md:py-2" onClick={() => queue.clear()}>
            Close
          </button>
        )}
      </p>
    </section>
  );
}

function words({ state, sent, bytes, directory, outcome, name }: Sending): string {
  const where = cleanTitle(directory);
  switch (state) {
    case "waiting":
      return "waits";
    case "sending":
      return `${formatBytes(sent)} of ${formatBytes(bytes)} into ${where}`;
    case "asking":
      return `▲ is in ${where} already.`;
    case "done":
      return `● in ${where}${outcome !== name ? ` as ${cleanTitle(outcome ?? "")}` : ""}, ${formatBytes(bytes)}`;
    case "failed":
      return `▲ ${outcome ?? "It was not sent."}`;
    case "cancelled":
      return "○ left out";
  }
}
