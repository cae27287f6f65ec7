import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { join } from "node:path";

/** A socket of this process below Node's own; opaque. */
export type NativeLine = { readonly __line: unique symbol };

/** The events of a socket, as uv_poll_start takes and tells them. */
export const READABLE = 1;
export const WRITABLE = 2;

/** native/handover.c. Numbers are bytes, or -errno where something went wrong; nothing here ever waits. */
export type Native = {
  /** Takes the descriptor over, and closes it when it throws. @param told gets READABLE, WRITABLE or both */
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
};

let loaded: Native | null | undefined;

/** @returns the compiled part, or null where it was not compiled: then knast-web passes the bytes on itself */
export function nativeHandover(): Native | null {
  if (loaded !== undefined) return loaded;
  // The bundles lie in dist/ or below it, this source beside it.
  const places = ["", "..", "../../dist"].map((dir) => join(import.meta.dirname, dir, "handover.node"));
  const place = places.find((file) => existsSync(file));
  loaded = place === undefined ? null : (createRequire(import.meta.url)(place) as Native);
  return loaded;
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
