import type { Me, PEOPLE_API } from "../../contract/api/people.ts";
import { KnastError } from "../../contract/errors.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import { createFriend } from "../accounts/create-friend.ts";
import { deleteAccount } from "../accounts/delete-account.ts";
import { disableAccount } from "../accounts/disable-account.ts";
import { enableAccount } from "../accounts/enable-account.ts";
import { listAccounts } from "../accounts/list-accounts.ts";
import { newPasswordLink } from "../accounts/new-password-link.ts";
import { setBudget } from "../accounts/set-budget.ts";
import { setAccountEnd } from "../accounts/set-account-end.ts";
import { setRole } from "../accounts/set-role.ts";
import { listPeople } from "../grants/list-people.ts";
import { openSettings } from "../grants/open-settings.ts";
import { reachOf } from "../grants/reach-of.ts";
import { setGrant } from "../grants/set-grant.ts";
import { acceptInvitation } from "../invitations/accept-invitation.ts";
import { makeInvitation } from "../invitations/make-invitation.ts";
import { revokeInvitation } from "../invitations/revoke-invitation.ts";
import { takeGrant } from "../grants/take-grant.ts";
import type { Ctx } from "../context.ts";
import { endToken } from "../tokens/end-token.ts";
import { listTokens, listTokensOfOthers } from "../tokens/list-tokens.ts";
import type { Handlers } from "./call.ts";

export const PEOPLE: Handlers<typeof PEOPLE_API> = {
  "me.show": me,
  "tokens.list": async (ctx) => ({ tokens: await listTokens(ctx) }),
  "tokens.others": async (ctx) => ({ tokens: await listTokensOfOthers(ctx) }),
  "tokens.end": endToken,
  "accounts.list": async (ctx) => ({ accounts: await listAccounts(ctx) }),
  "accounts.create": createFriend,
  "accounts.link": newPasswordLink,
  "accounts.disable": disableAccount,
  "accounts.enable": enableAccount,
  "accounts.delete": deleteAccount,
  "accounts.set-budget": setBudget,
  "accounts.reach": reachOf,
  "accounts.set-role": setRole,
  "accounts.set-end": setAccountEnd,
  "grants.list": listPeople,
  "grants.set": setGrant,
  "grants.take": takeGrant,
  "invitations.make": makeInvitation,
  "invitations.revoke": revokeInvitation,
  "invitations.accept": acceptInvitation,
  "host.open-settings": openSettings,
  "accounts.give": assignJail,
  "accounts.take": takeGrant,
};

async function me({ actor: { id, name, role, scope } }: Ctx): Promise<Me> {
  if (!scope) throw new KnastError("unauthenticated");
  const { token, admin, rights, jails } = scope;
  return { id, name, role, token: { id: token, admin, rights: [...rights], jails: jails && [...jails] } };
}
