import { z } from "zod";
import { GrantForm, GrantRight, InviteForm } from "../grants.ts";
import { OwnerSettingsForm } from "../owner-settings.ts";
import {
  Account,
  AccountEndForm,
  AccountForm,
  AccountRef,
  AssignForm,
  BudgetForm,
  CreateFriendForm,
  InvitationRef,
  JailNameOnly,
  OneTimeLink,
  People,
  Reach,
  Role,
  RoleForm,
  SentInvitation,
  TokenForm,
} from "../panel.ts";
import { Token, TokenRef } from "../token.ts";
import { Nothing } from "../verb.ts";
import { call, create, type Endpoint, look } from "./endpoint.ts";

/** Who asks, and what his token lets him. */
export const Me = z.strictObject({
  ...AccountRef.shape,
  role: Role,
  token: z.strictObject({
    id: z.string(),
    admin: z.boolean(),
    rights: z.array(GrantRight),
    /** ids of jails; null: all */
    jails: z.array(z.string()).nullable(),
  }),
});
export type Me = z.infer<typeof Me>;

const Tokens = z.strictObject({ tokens: z.array(Token) });

export const PEOPLE_API = {
  "me.show": look("GET /me", "any", "Who you are, and what your token lets you.", Nothing, Me),
  "tokens.list": look("GET /tokens", "any", "Your tokens; one that is no admin's sees itself only.", Nothing, Tokens),
  "tokens.others": look("GET /tokens-of-others", "admin", "The tokens of everybody else.", Nothing, Tokens),
  "tokens.end": call("DELETE /tokens/{token}", "any", "Ends a token: itself, or any with an admin's.", TokenRef, null),
  "accounts.list": look(
    "GET /accounts",
    "admin",
    "Everybody who may sign in.",
    Nothing,
    z.strictObject({ accounts: z.array(Account) }),
  ),
  "accounts.create": create(
    "POST /accounts",
    "admin",
    "Makes a friend's account and the link by which he sets his password.",
    CreateFriendForm,
    z.strictObject({ account: Account, link: OneTimeLink }),
  ),
  "accounts.link": create(
    "POST /accounts/{account}/password-link",
    "admin",
    "Makes a link for a new password.",
    AccountForm,
    OneTimeLink,
  ),
  "accounts.disable": call(
    "POST /accounts/{account}/disable",
    "admin",
    "Ends all that he has open.",
    AccountForm,
    null,
  ),
  "accounts.enable": call("POST /accounts/{account}/enable", "admin", "Lets him sign in again.", AccountForm, null),
  "accounts.delete": call("DELETE /accounts/{account}", "admin", "Deletes an account; jails stay.", AccountForm, null),
  "accounts.set-budget": call(
    "PUT /accounts/{account}/budget",
    "admin",
    "Sets what his running jails may use together.",
    BudgetForm,
    null,
  ),
  "accounts.reach": look("GET /accounts/{account}/reach", "admin", "What somebody can reach.", AccountForm, Reach),
  "accounts.set-role": call("PUT /accounts/{account}/role", "admin", "Makes him an admin or a friend.", RoleForm, null),
  "accounts.set-end": call("PUT /accounts/{account}/end", "admin", "Until when he may sign in.", AccountEndForm, null),
  "grants.list": look(
    "GET /jails/{name}/people",
    "invite",
    "Who can reach it, and open invitations.",
    JailNameOnly,
    People,
  ),
  "grants.set": call(
    "PUT /jails/{name}/people/{account}",
    "invite",
    "Sets what somebody may do to it.",
    GrantForm,
    null,
  ),
  "grants.take": call(
    "DELETE /jails/{name}/people/{account}",
    "invite",
    "Takes his part, or gives back one's own.",
    AssignForm,
    null,
  ),
  "invitations.make": create(
    "POST /invitations",
    "invite",
    "Makes a link that brings parts of jails.",
    InviteForm,
    SentInvitation,
  ),
  "invitations.revoke": call(
    "DELETE /invitations/{invitation}",
    "invite",
    "Takes one back that is open.",
    InvitationRef,
    null,
  ),
  "invitations.accept": call("POST /accepted-invitations", "any", "Takes one into one's own account.", TokenForm, null),
  "host.open-settings": call(
    "PUT /host/owner-settings",
    "admin",
    "Which settings owners change themselves.",
    OwnerSettingsForm,
    null,
  ),
  "accounts.give": call("PUT /accounts/{account}/jails/{name}", "admin", "Gives him a jail.", AssignForm, null),
  "accounts.take": call("DELETE /accounts/{account}/jails/{name}", "admin", "Takes it from him.", AssignForm, null),
} as const satisfies Record<string, Endpoint>;
