const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};
const STILL_HERE_MS = 15_000;
/** Bytes that a reader may lag behind; one who lags further comes back by himself and starts anew. */
const BEHIND = 1024 * 1024;

export type Send = (event: { name?: string; id?: number; data: unknown }) => void;

/**
 * Answers with server-sent events.
 * @param open begins to send; returns what to do when the reader has gone. `end` ends the stream from this side
 */
export function eventStream(signal: AbortSignal, open: (send: Send, end: () => void) => () => void): Response {
  const encoder = new TextEncoder();
  let close = () => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let over = false;
        const write = (text: string) => {
          if (over) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) < 0) end();
        };
        const end = () => {
          if (over) return;
          over = true;
          clearInterval(timer);
          closeSource();
          controller.close();
        };
        const timer = setInterval(() => write(": still here\n\n"), STILL_HERE_MS);
        let closeSource = () => {};
        close = end;
        write("retry: 1000\n\n");
        closeSource = open(
          ({ name, id, data }) =>
            write(
              `${name ? `event: ${name}\n` : ""}${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`,
            ),
          end,
        );
        if (over) closeSource();
        // Whoever went before this gives no event any more.
        if (signal.aborted) end();
        else signal.addEventListener("abort", end, { once: true });
      },
      cancel: () => close(),
    },
    { highWaterMark: BEHIND, size: (chunk) => chunk!.byteLength },
  );
  return new Response(body, { headers: HEADERS });
}
