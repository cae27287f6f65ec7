import { z } from "zod";
import { BaseName } from "./base.ts";
import { MailAddress } from "./mail.ts";
import { JailId } from "./names.ts";

/** What a person is told, in the order of the preferences. */
export const NoticeKind = z.enum([
  "jail-stopped",
  "jail-started",
  "jail-restarted",
  "jail-destroyed",
  "job-failed",
  "limit-reached",
  "work-planned",
  "work-cancelled",
  "invitation-accepted",
  "grant-given",
  "grant-taken",
  "guest-asks",
  "password-changed",
  "second-factor-changed",
  "ssh-keys-changed",
  "new-device",
]);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** How a notice reaches him. In the panel it always stands; with `panel` off it does not count as new. */
export const NoticeChannel = z.enum(["panel", "mail", "webhook"]);
export type NoticeChannel = z.infer<typeof NoticeChannel>;

/** These say that somebody may be at his account: he is told of them on every channel that he has. */
export const ALWAYS_TOLD: ReadonlySet<NoticeKind> = new Set([
  "password-changed",
  "second-factor-changed",
  "ssh-keys-changed",
  "new-device",
]);

/** By kind, the channels that are off; what is not named is on. */
export const ChannelsOff = z.partialRecord(NoticeKind, z.array(NoticeChannel).max(3));
export type ChannelsOff = z.infer<typeof ChannelsOff>;

/** The kind's own facts, each for one place in its sentence. */
export const NoticeFacts = z.record(z.string().max(20), z.string().max(500));
export type NoticeFacts = z.infer<typeof NoticeFacts>;

export const NoticeId = z.string().min(1).max(64);

export const Notice = z.strictObject({
  id: NoticeId,
  kind: NoticeKind,
  jail: z.string().nullable(),
  title: z.string(),
  text: z.string(),
  createdAt: z.string(),
  read: z.boolean(),
  /** what became of it on its way out; `failure`: why the last attempt did not arrive */
  deliveries: z.array(
    z.strictObject({
      channel: NoticeChannel,
      state: z.enum(["sent", "waiting", "given up"]),
      failure: z.string().nullable(),
    }),
  ),
});
export type Notice = z.infer<typeof Notice>;

export const NoticeFilter = z.strictObject({
  jail: JailId.nullable().default(null),
  unread: z.boolean().default(false),
  /** shows what is older than this one */
  before: NoticeId.nullable().default(null),
});
export type NoticeFilter = z.input<typeof NoticeFilter>;

/** The same as a page's address carries it; what is wrong in it counts as left out. */
export const NoticeFilterQuery = z.object({
  jail: JailId.nullable().catch(null),
  unread: z
    .string()
    .transform((text) => text === "1")
    .catch(false),
  before: NoticeId.nullable().catch(null),
});

export const NoticeList = z.strictObject({
  notices: z.array(Notice),
  /** the last one's id when there are older ones */
  more: NoticeId.nullable(),
  /** jails that his notices name, to choose from */
  jails: z.array(z.strictObject({ id: JailId, name: z.string() })),
});
export type NoticeList = z.infer<typeof NoticeList>;

export const ReadForm = z.strictObject({ notice: NoticeId.nullable() });

/** http or https, with no name or password in it; where it may lead is decided when it is called. */
export const WebhookUrl = z
  .string()
  .trim()
  .max(1000)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash;
  }, "Give an address like https://example.org/hook, without a password in it.");

export const NoticePreferences = z.strictObject({
  email: MailAddress.nullable(),
  byMail: z.boolean(),
  webhook: WebhookUrl.nullable(),
  off: ChannelsOff,
});
export type NoticePreferences = z.infer<typeof NoticePreferences>;

export const NoticePreferencesView = z.strictObject({
  ...NoticePreferences.shape,
  /** whether the panel can send mail at all */
  mailIsSetUp: z.boolean(),
});
export type NoticePreferencesView = z.infer<typeof NoticePreferencesView>;

/** Shown once, when an address is given for the first time or a new secret is asked for; null otherwise. */
export const WebhookSecret = z.strictObject({ secret: z.string().nullable() });
export type WebhookSecret = z.infer<typeof WebhookSecret>;

export const PlanWorkForm = z.strictObject({
  base: BaseName,
  at: z.iso.datetime({ offset: true, error: "Give a date and a time." }),
  note: z.string().trim().max(300, "A note has at most 300 characters."),
});
export type PlanWorkForm = z.infer<typeof PlanWorkForm>;

export const PlannedWork = z.strictObject({
  id: z.string(),
  base: z.string(),
  at: z.string(),
  note: z.string(),
  jails: z.array(z.strictObject({ id: JailId, name: z.string() })),
  by: z.string(),
});
export type PlannedWork = z.infer<typeof PlannedWork>;

export const WorkRef = z.strictObject({ work: z.string().min(1).max(64) });
