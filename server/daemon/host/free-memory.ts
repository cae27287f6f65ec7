import { MessageChannel } from "node:worker_threads";

/** What is sent into a closed port is gone, memory that is handed over with it too. */
const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Frees a buffer's memory at once; it has no bytes afterwards. For what a pipe brings by the gigabyte: left to the collector, each few megabytes
 * of it would have all of knastd's heap gone through. A buffer that shares its memory stays as it is.
 */
export function freeMemory(piece: Buffer): void {
  const memory = piece.buffer;
  if (!(memory instanceof ArrayBuffer) || memory.byteLength !== piece.byteLength || memory.byteLength === 0) return;
  nowhere.postMessage(null, [memory]);
}
