import { z } from "zod";
import { ForeignJailName, TerminalId } from "./names.ts";
import { MOST_NAME, ShellChoice } from "./shell-choice.ts";
import { Company } from "./together.ts";

/** Flow window in bytes, from the sweep in Chromium: above HIGH the pty pauses, below LOW it goes on; the viewer acks every ACK bytes rendered. */
export const WINDOW = { high: 256 * 1024, low: 64 * 1024, ack: 32 * 1024 } as const;
/** Output kept for a viewer who comes back. */
export const REPLAY_BYTES = 256 * 1024;
/** Bytes that a viewer sends ahead of what is told to him as typed; he keeps them until then, to send them again. */
export const INPUT_WINDOW = 256 * 1024;
/** Largest WebSocket message that the daemon takes; the viewer cuts a paste into pieces of half of it. */
export const MAX_MESSAGE = 128 * 1024;
/** The one subprotocol; another one is refused. */
export const SUBPROTOCOL = "knast.terminal.v1";

export const Cols = z.int().min(2).max(1000);
export const Rows = z.int().min(1).max(1000);

/** A kind of terminal as terminfo(5) and termcap(5) name it; it goes into the shell's environment, from where programs look for a file of its name. */
export const TermName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,31}$/, "This is no name of a terminal.");
/** What the panel's own screen is. */
export const USUAL_TERM = "xterm-256color";

/**
 * What a shell runs in the place of lines that are typed. It says that its terminal is set by COMMAND_READY and begins after a line
 * that is typed then, so that whoever opened it sees all of it. `plain`: prints bytes as they are and to no terminal; its input is lines.
 */
export const ShellCommand = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(8192)
    .regex(/^[^\0]+$/),
  plain: z.boolean(),
});
export type ShellCommand = z.infer<typeof ShellCommand>;
export const COMMAND_READY = 6;

/** Text frames from the viewer; binary frames are what he types. */
export const ViewerMessage = z.discriminatedUnion("t", [
  z.strictObject({ t: z.literal("resize"), cols: Cols, rows: Rows }),
  /** cumulative: stream offset up to which the viewer has rendered */
  z.strictObject({ t: z.literal("ack"), offset: z.int().min(0) }),
]);
export type ViewerMessage = z.infer<typeof ViewerMessage>;

/** Why a shell is over. What the person himself did is `exited` and `closed`. */
export const EndReason = z.enum([
  "exited",
  "closed",
  "jail-stopped",
  /** the admin ended it */
  "ended-by-admin",
  /** its person's account was disabled or removed */
  "account-ended",
  /** its person may not enter the jail any more */
  "access-ended",
  /** nobody typed and nothing was printed for too long */
  "idle",
  /** it was open for longer than any shell may be */
  "too-long",
  /** knastd was told to end */
  "daemon-stopped",
  /** the shell goes on, without this guest: its person has stopped showing it to him */
  "sharing-ended",
]);
export type EndReason = z.infer<typeof EndReason>;

/** Who may be named as the one who ends a shell from outside. */
export const CloseReason = EndReason.extract(["closed", "ended-by-admin", "account-ended", "access-ended"]);
export type CloseReason = z.infer<typeof CloseReason>;

/** `status` as a shell counts it, 128 + its number after a signal; null when the process was still there. */
const How = { status: z.int().nullable(), signal: z.string().max(16).nullable(), reason: EndReason };

/**
 * Text frames to the viewer; binary frames are what the pty printed. A viewer without a name (`as` in terminal-path.ts) gets
 * hello without `typed`, exit, company once somebody else is there or it is recorded, and nothing else of it.
 */
export const DaemonMessage = z.discriminatedUnion("t", [
  /**
   * First frame, and again when a viewer was left behind. `resume`: bytes go on exactly at `offset`. `replay`: the viewer resets;
   * the next `replayBytes` bytes of binary frames rebuild the screen and count for no offset, and must not be answered; live
   * bytes then begin at `offset`. `typed`: so many bytes under this viewer's name are in the shell's hands; he sends the rest.
   */
  z.strictObject({
    t: z.literal("hello"),
    mode: z.enum(["resume", "replay"]),
    offset: z.int().min(0),
    replayBytes: z.int().min(0),
    cols: Cols,
    rows: Rows,
    typed: z.int().min(0).optional(),
  }),
  /** cumulative: so many bytes under this viewer's name will be typed whatever becomes of the line; comes a moment later */
  z.strictObject({ t: z.literal("typed"), offset: z.int().min(0) }),
  /** the shell will be ended in so many milliseconds; null: not any more, as something has happened in it */
  z.strictObject({
    t: z.literal("notice"),
    reason: EndReason.extract(["idle", "too-long"]),
    endsIn: z.int().nullable(),
  }),
  Company,
  /** for a guest, whose screen follows the owner's: the terminal has this size from now on */
  z.strictObject({ t: z.literal("size"), cols: Cols, rows: Rows }),
  /** the shell has ended; nothing follows */
  z.strictObject({ t: z.literal("exit"), ...How }),
]);
export type DaemonMessage = z.infer<typeof DaemonMessage>;

export const TerminalInfo = z.strictObject({
  terminal: TerminalId,
  jail: z.string().max(255),
  jid: z.int().positive(),
  actor: z.string().max(64),
  shell: z.string().max(255),
  /** of the jail: as whom it runs */
  account: z.string().max(64),
  /** what its person calls it */
  name: z.string().max(MOST_NAME).nullable(),
  /** said to the person when it is not the shell that he asked for */
  note: z.string().max(300).nullable(),
  startedAt: z.string(),
  lastOutputAt: z.string().nullable(),
  /** somebody typed something */
  lastInputAt: z.string().nullable(),
  /** what the shell's program has set, and the last line that it printed: both from inside the jail, cleaned, to be shown as text only */
  title: z.string().max(256).nullable(),
  lastLine: z.string().max(256),
  viewers: z.int().min(0),
  cols: Cols,
  rows: Rows,
});
export type TerminalInfo = z.infer<typeof TerminalInfo>;

/** Who says no name is root on the host itself; whose shells no account of the panel has. */
export const HOST_ACTOR = "root";

/** What an admin sees of another's shell: nothing that was typed or printed, and no name that its person gave it. */
export const OtherShell = z.strictObject({
  ...TerminalInfo.pick({ terminal: true, jail: true, account: true, startedAt: true }).shape,
  person: z.string().max(64),
  /** when something was typed or printed last */
  quietSince: z.string(),
});
export type OtherShell = z.infer<typeof OtherShell>;

/** `shell` and `account`: left out, csh, and root or the account that one's grant names; or what one took `last` in this jail. */
export const OpenTerminalForm = z.strictObject({
  name: ForeignJailName,
  ...ShellChoice.shape,
  last: z.boolean().default(false),
  cols: Cols,
  rows: Rows,
});
export type OpenTerminalForm = z.input<typeof OpenTerminalForm>;

/** A shell that is over. It can still be attached to, which tells its end again, for a minute with its last screen. */
export const EndedTerminal = z.strictObject({
  ...TerminalInfo.pick({
    terminal: true,
    jail: true,
    jid: true,
    actor: true,
    shell: true,
    account: true,
    startedAt: true,
  }).shape,
  endedAt: z.string(),
  ...How,
});
export type EndedTerminal = z.infer<typeof EndedTerminal>;
