import { BaseRow, BaseUser } from "./base.ts";
import { z } from "zod";
import { EndsAt, GrantRight, GrantRights, Invitation, PRESETS } from "./grants.ts";
import { Limits } from "./limits.ts";
import { JailDetail, JailSpec, JailState, JailSummary, Signal } from "./jail.ts";
import { OwnerSettings } from "./owner-settings.ts";
import { JailSettings } from "./settings.ts";
import { JailAccount } from "./shell-choice.ts";
import { AccountName, ForeignJailName, JailName, NewAccountName, Password } from "./names.ts";

/** What services give to pages and components, and what forms give to services. */

export const Role = z.enum(["admin", "friend"]);
export type Role = z.infer<typeof Role>;

export const AccountId = z.string().min(1).max(64);

/** What an account may do to a jail. An admin has all on every jail; `create` and `destroy` are his alone. */
export const Right = z.enum([...GrantRight.options, "create", "destroy"]);
export type Right = z.infer<typeof Right>;

export const AccountRef = z.strictObject({ id: AccountId, name: AccountName });
export type AccountRef = z.infer<typeof AccountRef>;

export const Account = z.strictObject({
  ...AccountRef.shape,
  role: Role,
  /** invited: has not set a password yet */
  state: z.enum(["active", "invited", "disabled"]),
  createdAt: z.string(),
  lastSignInAt: z.string().nullable(),
  /** from then on nobody signs in to it */
  endsAt: z.string().nullable(),
  /** names of the jails granted to him */
  jails: z.array(z.string()),
  /** what those of them that run may use together, by their limits; the panel keeps it, FreeBSD keeps each jail's limits */
  budget: Limits,
});
export type Account = z.infer<typeof Account>;

/** Somebody who may reach a jail. */
export const Holder = z.strictObject({
  ...AccountRef.shape,
  rights: z.array(GrantRight),
  /** as which account of the jail his shells run; root: as any */
  shellAs: JailAccount,
  endsAt: z.string().nullable(),
  /** who gave it to him; null: nobody who is still here */
  through: AccountRef.nullable(),
});
export type Holder = z.infer<typeof Holder>;

/** `owners`: the holders who may invite others; who has no part in that sees himself only. */
export const JailRow = z.strictObject({ ...JailSummary.shape, owners: z.array(AccountRef), rights: z.array(Right) });
export type JailRow = z.infer<typeof JailRow>;

export const JailRoom = z.strictObject({ ...JailDetail.shape, owners: z.array(AccountRef), rights: z.array(Right) });
export type JailRoom = z.infer<typeof JailRoom>;

export const JailNameOnly = z.strictObject({ name: ForeignJailName });
export const SignalForm = z.strictObject({ name: JailName, pid: z.int().min(1), signal: Signal });
export type SignalForm = z.infer<typeof SignalForm>;
export const CreateJailForm = z.strictObject({ ...JailSpec.shape, owner: AccountId.nullable() });
export type CreateJailForm = z.infer<typeof CreateJailForm>;
export const LimitsForm = z.strictObject({ name: JailName, limits: Limits });
export const DestroyJailForm = z.strictObject({ name: JailName, confirm: z.string().max(64) });
export const CreateFriendForm = z.strictObject({
  name: NewAccountName,
  jails: z.array(JailName).max(100).default([]),
  /** what he may in each of them */
  rights: GrantRights.default([...PRESETS.owner]),
});
export const AssignForm = z.strictObject({ name: JailName, account: AccountId });
/** Sets all kinds at once: what is null has no budget. */
export const BudgetForm = z.strictObject({ account: AccountId, budget: Limits });
export const AccountForm = z.strictObject({ account: AccountId });
export const SetUpForm = z.strictObject({ token: z.string().max(100), name: NewAccountName, password: Password });
export const SetPasswordForm = z.strictObject({ token: z.string().max(100), password: Password });
export const SignInForm = z.strictObject({ name: z.string().max(64), password: z.string().max(200) });

export const TokenForm = z.strictObject({ token: z.string().max(100) });
export const AcceptAsGuestForm = z.strictObject({ ...TokenForm.shape, name: NewAccountName, password: Password });
export type AcceptAsGuestForm = z.infer<typeof AcceptAsGuestForm>;
export const InvitationRef = z.strictObject({ invitation: z.string().min(1).max(64) });
export const AccountEndForm = z.strictObject({ account: AccountId, endsAt: EndsAt });
export type AccountEndForm = z.infer<typeof AccountEndForm>;
export const RoleForm = z.strictObject({ account: AccountId, role: Role });
export type RoleForm = z.infer<typeof RoleForm>;

/** A link that is shown once and works once; `url` is absolute. */
export const OneTimeLink = z.strictObject({ url: z.string(), expiresAt: z.string() });
export type OneTimeLink = z.infer<typeof OneTimeLink>;
export const SentInvitation = z.strictObject({ link: OneTimeLink, mailed: z.boolean() });
export type SentInvitation = z.infer<typeof SentInvitation>;

/** A jail's settings as who may change them sees them; `open`: those that he may change, null for all. */
export const OwnJailSettings = z.strictObject({ ...JailSettings.shape, open: OwnerSettings.nullable() });
export type OwnJailSettings = z.infer<typeof OwnJailSettings>;

/** Who can reach a jail. */
export const People = z.strictObject({
  holders: z.array(
    z.strictObject({
      ...Holder.shape,
      /** whether the one who looks may change and take his part */
      changeable: z.boolean(),
      /** names of those whose part came through him, who lose theirs with his */
      below: z.array(z.string()),
    }),
  ),
  invitations: z.array(Invitation),
});
export type People = z.infer<typeof People>;

/** What somebody can reach. */
export const Reach = z.strictObject({
  account: AccountRef,
  role: Role,
  /** of the account */
  endsAt: z.string().nullable(),
  jails: z.array(
    z.strictObject({
      name: z.string(),
      state: JailState,
      addresses: z.array(z.string()),
      rights: z.array(Right),
      shellAs: JailAccount,
      endsAt: z.string().nullable(),
      through: AccountRef.nullable(),
      /** open shells of his in it */
      shells: z.int(),
      passedOn: z.array(z.string()),
    }),
  ),
  invitations: z.array(Invitation),
});
export type Reach = z.infer<typeof Reach>;

/** How far the set-up has come: the wizard shows the first step that is missing. */
export const SetUpState = z.enum(["admin", "base", "jail", "done"]);
export type SetUpState = z.infer<typeof SetUpState>;

/** A base with the jails that stand on it and whose they are. */
export const BaseView = z.strictObject({
  ...BaseRow.shape,
  users: z.array(z.strictObject({ ...BaseUser.shape, owners: z.array(AccountRef) })),
});
export type BaseView = z.infer<typeof BaseView>;
