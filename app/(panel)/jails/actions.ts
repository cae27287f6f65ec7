"use server";
import { JailSpec } from "@/server/contract/jail.ts";
import { AssignForm, CreateJailForm, DestroyJailForm, JailNameOnly } from "@/server/contract/panel.ts";
import { assignJail } from "@/server/services/accounts/assign-jail.ts";
import { unassignJail } from "@/server/services/accounts/unassign-jail.ts";
import { createJail } from "@/server/services/jails/create-jail.ts";
import { destroyJail } from "@/server/services/jails/destroy-jail.ts";
import { listProcesses } from "@/server/services/jails/list-processes.ts";
import { planJail } from "@/server/services/jails/plan-jail.ts";
import { action } from "../../action.ts";

export const plan = action(JailSpec, planJail);
export const create = action(CreateJailForm, createJail);
export const destroy = action(DestroyJailForm, destroyJail);
export const processes = action(JailNameOnly, listProcesses);
export const assign = action(AssignForm, assignJail);
export const unassign = action(AssignForm, unassignJail);
