import { z } from "zod";
import { JailDetail, JailSpec, JailSummary } from "./jail.ts";
import { AccountName, ForeignJailName, JailName, Password } from "./names.ts";

/** What services give to pages and components, and what forms give to services. */

export const Role = z.enum(["admin", "friend"]);
export type Role = z.infer<typeof Role>;

export const AccountId = z.string().min(1).max(64);

/** What an account may do to a jail. In this version a grant is all of them; an admin has all on every jail, `create` and `destroy` are his alone. */
export const Right = z.enum(["see", "power", "shell", "processes", "create", "destroy"]);
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
  /** names of the jails granted to him */
  jails: z.array(z.string()),
});
export type Account = z.infer<typeof Account>;

export const JailRow = z.strictObject({ ...JailSummary.shape, owners: z.array(AccountRef), rights: z.array(Right) });
export type JailRow = z.infer<typeof JailRow>;

export const JailRoom = z.strictObject({ ...JailDetail.shape, owners: z.array(AccountRef), rights: z.array(Right) });
export type JailRoom = z.infer<typeof JailRoom>;

export const JailNameOnly = z.strictObject({ name: ForeignJailName });
export const CreateJailForm = z.strictObject({ ...JailSpec.shape, owner: AccountId.nullable() });
export type CreateJailForm = z.infer<typeof CreateJailForm>;
export const DestroyJailForm = z.strictObject({ name: JailName, confirm: z.string().max(64) });
export const CreateFriendForm = z.strictObject({ name: AccountName, jails: z.array(JailName).max(100).default([]) });
export const AssignForm = z.strictObject({ name: JailName, account: AccountId });
export const AccountForm = z.strictObject({ account: AccountId });
export const SetUpForm = z.strictObject({ token: z.string().max(100), name: AccountName, password: Password });
export const SetPasswordForm = z.strictObject({ token: z.string().max(100), password: Password });
export const SignInForm = z.strictObject({ name: z.string().max(64), password: z.string().max(200) });

/** A link that is shown once and works once; `url` is absolute. */
export const OneTimeLink = z.strictObject({ url: z.string(), expiresAt: z.string() });
export type OneTimeLink = z.infer<typeof OneTimeLink>;

/** How far the set-up has come: the wizard shows the first step that is missing. */
export const SetUpState = z.enum(["admin", "base", "jail", "done"]);
export type SetUpState = z.infer<typeof SetUpState>;
