import { z } from "zod";
import { MailAddress } from "./mail.ts";
import { AccountName, JailName } from "./names.ts";
import { JailAccount, ROOT } from "./shell-choice.ts";

/** What a grant can hold, one tick each. Seeing is the grant itself. */
export const GrantRight = z.enum(["see", "power", "shell", "processes", "settings", "archive", "invite"]);
export type GrantRight = z.infer<typeof GrantRight>;

/** Every grant has `see`; in the order of GrantRight and without doubles, so that two lists can be compared. */
export const GrantRights = z
  .array(GrantRight)
  .max(20)
  .transform((rights) => GrantRight.options.filter((right) => right === "see" || rights.includes(right)));
export type GrantRights = z.output<typeof GrantRights>;

/** What one usually gives. Who may invite others counts as the jail's owner: it is named after him and counts into his budget. */
export const PRESETS = {
  owner: [...GrantRight.options],
  helper: ["see", "power", "shell", "processes"],
  viewer: ["see"],
} as const satisfies Record<string, readonly GrantRight[]>;
export type Preset = keyof typeof PRESETS;

export const isOwner = (rights: readonly GrantRight[]): boolean => rights.includes("invite");

/** @returns the preset that a list of rights is, null when it is one's own mixture */
export function presetOf(rights: readonly GrantRight[]): Preset | null {
  const same = (preset: readonly GrantRight[]) =>
    preset.length === rights.length && preset.every((right) => rights.includes(right));
  return (Object.keys(PRESETS) as Preset[]).find((name) => same(PRESETS[name])) ?? null;
}

/** Ten years: longer than any friendship needs a date for. */
const LONGEST_MS = 3653 * 24 * 3_600_000;

/** When a grant or an account ends, as an ISO instant with its offset; null: it stays. */
export const EndsAt = z.iso
  .datetime({ offset: true, message: "Give a day and a time." })
  .refine((at) => Date.parse(at) > Date.now(), "This is over already.")
  .refine((at) => Date.parse(at) < Date.now() + LONGEST_MS, "Ten years at most; leave it empty for no end.")
  .nullable();

/** As which account of the jail the holder's shells run; root leaves the choice to him, as root can become everybody. */
export const ShellAs = JailAccount.default(ROOT);

const AccountId = z.string().min(1).max(64);
export const GrantForm = z.strictObject({
  name: JailName,
  account: AccountId,
  rights: GrantRights,
  shellAs: ShellAs,
  endsAt: EndsAt.default(null),
});
export type GrantForm = z.output<typeof GrantForm>;

/** How long an invitation may wait for its guest. */
export const INVITATION_DAYS = { min: 1, usual: 7, max: 30 } as const;

export const InviteForm = z.strictObject({
  grants: z
    .array(z.strictObject({ name: JailName, rights: GrantRights, shellAs: ShellAs, endsAt: EndsAt.default(null) }))
    .min(1, "Choose a jail at least.")
    .max(50),
  email: MailAddress.nullable().default(null),
  note: z.string().trim().max(200).default(""),
  days: z.int().min(INVITATION_DAYS.min).max(INVITATION_DAYS.max).default(INVITATION_DAYS.usual),
});
export type InviteForm = z.output<typeof InviteForm>;

const Promised = z.strictObject({
  jail: z.string(),
  rights: z.array(GrantRight),
  shellAs: JailAccount,
  endsAt: z.string().nullable(),
});

/** An invitation that nobody has taken yet. */
export const Invitation = z.strictObject({
  id: z.string(),
  by: AccountName,
  email: z.string().nullable(),
  note: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  grants: z.array(Promised),
});
export type Invitation = z.infer<typeof Invitation>;

/** What who holds the link is told. */
export const InvitationOffer = Invitation.pick({ by: true, note: true, expiresAt: true, grants: true });
export type InvitationOffer = z.infer<typeof InvitationOffer>;
