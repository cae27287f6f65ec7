"use server";
import { VERBS } from "@/server/contract/daemon.ts";
import { PlanWorkForm, WorkRef } from "@/server/contract/notices.ts";
import { moveBase } from "@/server/services/bases/move-base.ts";
import { planWork, takeBackWork } from "@/server/services/bases/plan-work.ts";
import { removeBase } from "@/server/services/bases/remove-base.ts";
import { updateBase } from "@/server/services/bases/update-base.ts";
import { action } from "../../action.ts";

export const update = action(VERBS["base.update"].input, updateBase);
export const move = action(VERBS["base.move"].input, moveBase);
export const remove = action(VERBS["base.remove"].input, removeBase);
export const plan = action(PlanWorkForm, planWork);
export const takeBack = action(WorkRef, takeBackWork);
