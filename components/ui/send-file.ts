import { UPLOAD_PIECE, type Upload } from "@/server/contract/upload.ts";
import type { Failure } from "@/server/contract/errors.ts";

/** What a piece should last at most: the panel's server waits half a minute for one. */
const LONG = 8000;
const SHORT = 3000;
const FIRST = 512 * 1024;
/** Attempts in a row that bring nothing, and the pause between two. */
const ATTEMPTS = 60;
const PAUSE = 2000;

export type SendOptions = {
  signal: AbortSignal;
  /** gets the bytes that have arrived */
  progress(received: number): void;
  /** where pieces go and the state is asked, and the largest piece; an upload to the host when left out */
  url?: string;
  most?: number;
  /** for tests */
  fetch?: typeof fetch;
  pause?: number;
};

/**
 * Sends what is missing of an upload, piece after piece, small ones on a slow line; after an interruption it asks how far it has
 * come and goes on there. @returns null when it has arrived whole, else what went wrong; throws when `signal` aborts
 */
export async function sendFile(
  file: Blob,
  { upload, received }: Upload,
  options: SendOptions,
): Promise<Failure | null> {
  const { signal, progress, fetch: ask = fetch, pause = PAUSE, most = UPLOAD_PIECE } = options;
  const url = options.url ?? `/api/uploads/${upload}`;
  let size = Math.min(FIRST, most);
  let failure: Failure | null = null;
  for (let vain = 0; received < file.size;) {
    signal.throwIfAborted();
    const began = Date.now();
    const piece = file.slice(received, Math.min(file.size, received + size));
    const answer = await read(ask(`${url}?offset=${received}`, { method: "POST", body: piece, signal }));
    if ("received" in answer) {
      progress((received = answer.received));
      vain = 0;
      const lasted = Date.now() - began;
      size = Math.max(64 * 1024, Math.min(most, lasted < SHORT ? size * 2 : lasted > LONG ? size / 4 : size));
      continue;
    }
    failure = answer;
    if (!["unavailable", "invalid", "busy", "internal", "too_many"].includes(answer.code) || ++vain > ATTEMPTS)
      return failure;
    size = Math.max(64 * 1024, size / 4);
    await new Promise((resolve) => setTimeout(resolve, pause));
    const there = await read(ask(url, { signal }));
    if ("received" in there) received = there.received;
    else if (there.code === "not_found") return there;
  }
  return null;
}

async function read(asked: Promise<Response>): Promise<Upload | Failure> {
  try {
    return (await (await asked).json()) as Upload | Failure;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    return { code: "unavailable", message: "The line to the panel is broken.", problems: [] };
  }
}
