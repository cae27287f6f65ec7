"use server";
import {
  AccountEndForm,
  AccountForm,
  AssignForm,
  BudgetForm,
  CreateFriendForm,
  RoleForm,
} from "@/server/contract/panel.ts";
import { PolicyForm, SessionLimits } from "@/server/contract/second-factor.ts";
import { assignJail } from "@/server/services/accounts/assign-jail.ts";
import { createFriend } from "@/server/services/accounts/create-friend.ts";
import { deleteAccount } from "@/server/services/accounts/delete-account.ts";
import { disableAccount } from "@/server/services/accounts/disable-account.ts";
import { enableAccount } from "@/server/services/accounts/enable-account.ts";
import { newPasswordLink } from "@/server/services/accounts/new-password-link.ts";
import { setAccountEnd } from "@/server/services/accounts/set-account-end.ts";
import { setRole } from "@/server/services/accounts/set-role.ts";
import { setBudget } from "@/server/services/accounts/set-budget.ts";
import { takeGrant } from "@/server/services/grants/take-grant.ts";
import { resetSecondFactor } from "@/server/services/second-factor/reset-second-factor.ts";
import { setPolicy } from "@/server/services/second-factor/set-policy.ts";
import { endSessionsOf } from "@/server/services/sessions/end-sessions.ts";
import { setSessionLimits } from "@/server/services/sessions/session-limits.ts";
import { action } from "../../action.ts";

export const create = action(CreateFriendForm, createFriend);
export const newLink = action(AccountForm, newPasswordLink);
export const disable = action(AccountForm, disableAccount);
export const enable = action(AccountForm, enableAccount);
export const remove = action(AccountForm, deleteAccount);
export const budget = action(BudgetForm, setBudget);
export const assign = action(AssignForm, assignJail);
export const role = action(RoleForm, setRole);
export const end = action(AccountEndForm, setAccountEnd);
export const unassign = action(AssignForm, takeGrant);
export const signOutOf = action(AccountForm, endSessionsOf);
export const resetFactor = action(AccountForm, resetSecondFactor);
export const policy = action(PolicyForm, setPolicy);
export const sessionLimits = action(SessionLimits, setSessionLimits);
