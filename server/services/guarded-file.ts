import { KnastError } from "../contract/errors.ts";
import { cameBy, stillActor } from "./accounts/still-actor.ts";
import type { Download } from "./archives/download-archive.ts";
import type { Ctx } from "./context.ts";

/** How often an open download asks whether it may go on. */
const EVERY_MS = 2000;

/**
 * A file whose download ends within seconds when who asked for it may not have it any more.
 * @param open opens it for an actor; it is given up with its signal
 * @param may throws KnastError not_found or forbidden when he may not
 */
export async function guardedFile(
  ctx: Ctx,
  request: { signal: AbortSignal },
  open: (signal: AbortSignal) => Promise<Download>,
  may: (ctx: Ctx) => Promise<unknown>,
): Promise<Download> {
  const stop = new AbortController();
  const download = await open(AbortSignal.any([request.signal, stop.signal]));
  const check = async () => {
    const actor = await stillActor(cameBy(ctx.actor), false);
    if (!actor) return stop.abort();
    await may({ ...ctx, actor }).catch((error: unknown) => {
      if (error instanceof KnastError && error.code !== "unavailable") stop.abort();
    });
  };
  const timer = setInterval(() => void check().catch((error: unknown) => console.error("download", error)), EVERY_MS);
  const through = new TransformStream<Uint8Array, Uint8Array>();
  // Its end, its reader's and a daemon's that goes away are all one here.
  void download.body
    .pipeTo(through.writable, { signal: stop.signal })
    .catch(() => {})
    .finally(() => clearInterval(timer));
  return { ...download, body: through.readable };
}
