import { z } from "zod";
import { AccountName, JailId, TerminalId } from "./names.ts";
import { RecordingEnd, RecordingName } from "./recording.ts";
import { call, look, Nothing, type Verb } from "./verb.ts";

/** 256 bits; knastd keeps its SHA-256 only. */
export const ShareToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** How long a shell may be shown to others, in minutes. */
export const SHARE_MINUTES = { min: 5, usual: 60, max: 24 * 60 } as const;
/** Guests of one shell, and people who wait for an answer. */
export const MAX_GUESTS = 4;
export const MAX_ASKING = 8;

/** What a guest may: see what is printed, or type as well. */
export const GuestMode = z.enum(["read", "type"]);
export type GuestMode = z.infer<typeof GuestMode>;

/** One of those who are there. `owner`: the shell is his; `guest`: came by a link, and can be sent away; `here`: is looking now. */
export const Person = z.strictObject({
  name: z.string().max(64),
  mode: z.enum(["owner", "read", "type"]),
  guest: z.boolean(),
  here: z.boolean(),
});
export type Person = z.infer<typeof Person>;

/**
 * Who is there and whether it is recorded: told to everybody who is attached, whenever it changes. `asks` and `until` (of the link)
 * are for the owner alone.
 */
export const Company = z.strictObject({
  t: z.literal("company"),
  /** who is told this, and what he may */
  self: z.string().max(64),
  you: z.enum(["owner", "read", "type"]),
  people: z.array(Person).max(32),
  asks: z.array(z.string().max(64)).max(MAX_ASKING),
  until: z.string().nullable(),
  /** the last recording of this shell; `ended` null: it goes on */
  recording: z.strictObject({ since: z.string(), ended: RecordingEnd.nullable() }).nullable(),
});
export type Company = z.infer<typeof Company>;

const Account = z.string().min(1).max(64);

/** What who holds a link is told. `owner`: it is his own shell; `stranger`: has not asked yet. */
export const Invited = z.strictObject({
  owner: z.string().max(64),
  until: z.string(),
  state: z.enum(["owner", "stranger", "asking", "refused", "read", "type"]),
  /** only for who was let in */
  shell: z.strictObject({ terminal: TerminalId, jail: z.string().max(255) }).nullable(),
});
export type Invited = z.infer<typeof Invited>;

/** What knastd tells knast-web of a question, beside what it is worth; `unseen`: it is a new one, and its person has no page open that shows it. */
export const Knocked = z.strictObject({
  ...Invited.shape,
  unseen: z.strictObject({ jail: z.string().max(255), id: JailId.nullable() }).nullable(),
});
export type Knocked = z.infer<typeof Knocked>;

export const Share = z.strictObject({
  terminal: TerminalId,
  jail: z.string().max(255),
  owner: z.string().max(64),
  /** `mode` null: he asks; `unheard`: bytes that he typed though he might only look */
  guests: z
    .array(z.strictObject({ name: AccountName, account: Account, mode: GuestMode.nullable(), unheard: z.int().min(0) }))
    .max(16),
});
export type Share = z.infer<typeof Share>;

const Shell = z.strictObject({ terminal: TerminalId });
export const ShareForm = z.strictObject({
  ...Shell.shape,
  minutes: z.int().min(SHARE_MINUTES.min).max(SHARE_MINUTES.max).default(SHARE_MINUTES.usual),
});
export type ShareForm = z.output<typeof ShareForm>;
export const AdmitForm = z.strictObject({ ...Shell.shape, guest: AccountName, as: z.enum(["read", "type", "none"]) });
export type AdmitForm = z.output<typeof AdmitForm>;
export const RecordForm = z.strictObject({ ...Shell.shape, on: z.boolean() });
export type RecordForm = z.output<typeof RecordForm>;
const Guest = z.strictObject({ token: ShareToken, account: Account });

/** A shell that is looked at by others. What only its person may is refused to anybody else as not_found. */
export const TOGETHER_VERBS = {
  /** a link, in the place of an earlier one; who was let in before stays, until its end */
  "terminal.share": call(ShareForm, z.strictObject({ token: ShareToken, until: z.string() })),
  /** ends the link and everybody who came by it */
  "terminal.unshare": call(Shell, Nothing),
  /** what a link is worth for the caller */
  "terminal.invited": look(Guest, Invited),
  /** asks the shell's person to be let in */
  "terminal.knock": call(Guest, Knocked),
  /** lets somebody in, changes what he may, refuses him or sends him away; the last two anybody may tell knastd */
  "terminal.admit": call(AdmitForm, Nothing),
  /** every shell that has guests, or people who ask */
  "terminal.shares": look(Nothing, z.strictObject({ shares: z.array(Share) })),
  /** writes down what is printed from now on, or stops it; null: there was nothing to stop */
  "terminal.record": call(RecordForm, z.strictObject({ recording: RecordingName.nullable() })),
} as const satisfies Record<string, Verb>;
