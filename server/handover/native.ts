import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { basename, dirname, join } from "node:path";

/** A socket of this process below Node's own; opaque. */
export type NativeLine = { readonly __line: unique symbol };

/** The events of a socket, as uv_poll_start takes and tells them. */
export const READABLE = 1;
export const WRITABLE = 2;
/** told beside these: nothing is watched any more until watch() is called */
export const STOPPED = 128;

/** native/handover.c. Numbers are bytes, or -errno where something went wrong; nothing here ever waits. */
export type Native = {
  /** Takes the descriptor over, and closes it when it throws. @param told gets READABLE, WRITABLE and STOPPED, added */
  open(fd: number, told: (events: number) => void): NativeLine;
  watch(line: NativeLine, events: number): number;
  read(line: NativeLine, into: Buffer): number;
  write(line: NativeLine, bytes: Buffer, from: number): number;
  /** Nothing more is written: the other side reads the end. */
  end(line: NativeLine): number;
  close(line: NativeLine): void;
  /** @returns a second descriptor of the same open file */
  duplicate(fd: number): number;
  /** @returns the bytes, and the TCP connection that came with them or -1 */
  receive(line: NativeLine, into: Buffer): [bytes: number, fd: number];
  /** Sends a connection with the first of these bytes. */
  give(unixSocket: number, connection: number, bytes: Buffer): number;
  /** Closes what a giver has sent, in a thread of its own, as that may wait. */
  drop(fd: number): void;
  /** @returns how many descriptors are not closed yet */
  closing(): number;
};

let loaded: Native | null | undefined;

/**
 * @param log told why there is none
 * @returns the compiled part, or null where it was not compiled or can't be loaded: then knast-web passes the bytes on itself
 */
export function nativeHandover(log: (why: string) => void = () => {}): Native | null {
  if (loaded !== undefined) return loaded;
  loaded = null;
  const file = join(distOf(import.meta.dirname), "handover.node");
  try {
    if (existsSync(file)) loaded = createRequire(import.meta.url)(file) as Native;
    else log(`${file} was not compiled`);
  } catch (error) {
    log(`${file} can't be loaded: ${(error as Error).message}`);
  }
  return loaded;
}

/** The bundles lie in dist/, those for tests in a directory below it, this source in server/handover; nothing outside is looked at. */
function distOf(here: string): string {
  if (basename(here) === "dist") return here;
  if (basename(dirname(here)) === "dist") return dirname(here);
  return join(here, "../../dist");
}

/** knastd's second Unix socket, where connections are handed over; beside the first, so that the same directory guards it. */
export const handoverPath = (socketPath: string): string => `${socketPath}.fd`;

/** The longest request that comes with a connection: bytes behind a length of four. */
export const MAX_REQUEST = 32 * 1024;

/** Node has no public way to ask. @returns the socket's descriptor, -1 without one */
export function fdOf(socket: Socket): number {
  const { _handle: handle } = socket as unknown as { _handle?: { fd?: unknown } | null };
  return typeof handle?.fd === "number" ? handle.fd : -1;
}
