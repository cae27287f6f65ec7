import { z } from "zod";
import { TerminalId } from "./names.ts";

/** Flow window in bytes, from the sweep in Chromium: above HIGH the pty pauses, below LOW it goes on; the viewer acks every ACK bytes rendered. */
export const WINDOW = { high: 256 * 1024, low: 64 * 1024, ack: 32 * 1024 } as const;
/** Output kept for a viewer who comes back. */
export const REPLAY_BYTES = 256 * 1024;
/** Largest WebSocket message that the daemon takes; the viewer cuts a paste into pieces of half of it. */
export const MAX_MESSAGE = 128 * 1024;
/** The one subprotocol; another one is refused. */
export const SUBPROTOCOL = "knast.terminal.v1";

export const Cols = z.int().min(2).max(1000);
export const Rows = z.int().min(1).max(1000);

/** Text frames from the viewer; binary frames are what he types. */
export const ViewerMessage = z.discriminatedUnion("t", [
  z.strictObject({ t: z.literal("resize"), cols: Cols, rows: Rows }),
  /** cumulative: stream offset up to which the viewer has rendered */
  z.strictObject({ t: z.literal("ack"), offset: z.int().min(0) }),
]);
export type ViewerMessage = z.infer<typeof ViewerMessage>;

/** Text frames to the viewer; binary frames are what the pty printed. */
export const DaemonMessage = z.discriminatedUnion("t", [
  /**
   * First frame. `resume`: bytes go on exactly at `offset`. `replay`: the viewer resets; the next `replayBytes` bytes of
   * binary frames rebuild the screen and count for no offset, and must not be answered; live bytes then begin at `offset`.
   */
  z.strictObject({
    t: z.literal("hello"),
    mode: z.enum(["resume", "replay"]),
    offset: z.int().min(0),
    replayBytes: z.int().min(0),
    cols: Cols,
    rows: Rows,
  }),
  /** the shell has ended; nothing follows */
  z.strictObject({
    t: z.literal("exit"),
    status: z.int().nullable(),
    reason: z.enum(["exited", "jail-stopped", "closed", "idle"]),
  }),
]);
export type DaemonMessage = z.infer<typeof DaemonMessage>;

export const TerminalInfo = z.strictObject({
  terminal: TerminalId,
  jail: z.string().max(255),
  jid: z.int().positive(),
  actor: z.string().max(64),
  shell: z.string().max(255),
  /** said to the person when it is not the shell that he asked for */
  note: z.string().max(300).nullable(),
  startedAt: z.string(),
  lastOutputAt: z.string().nullable(),
  viewers: z.int().min(0),
  cols: Cols,
  rows: Rows,
});
export type TerminalInfo = z.infer<typeof TerminalInfo>;
