"use server";
import { AccountForm, AssignForm, CreateFriendForm } from "@/server/contract/panel.ts";
import { assignJail } from "@/server/services/accounts/assign-jail.ts";
import { createFriend } from "@/server/services/accounts/create-friend.ts";
import { deleteAccount } from "@/server/services/accounts/delete-account.ts";
import { disableAccount } from "@/server/services/accounts/disable-account.ts";
import { enableAccount } from "@/server/services/accounts/enable-account.ts";
import { newPasswordLink } from "@/server/services/accounts/new-password-link.ts";
import { unassignJail } from "@/server/services/accounts/unassign-jail.ts";
import { action } from "../../action.ts";

export const create = action(CreateFriendForm, createFriend);
export const newLink = action(AccountForm, newPasswordLink);
export const disable = action(AccountForm, disableAccount);
export const enable = action(AccountForm, enableAccount);
export const remove = action(AccountForm, deleteAccount);
export const assign = action(AssignForm, assignJail);
export const unassign = action(AssignForm, unassignJail);
