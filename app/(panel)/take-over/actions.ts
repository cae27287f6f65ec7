"use server";
import { VERBS } from "@/server/contract/daemon.ts";
import { planTakeOver } from "@/server/services/take-over/plan-take-over.ts";
import { runTakeOver } from "@/server/services/take-over/run-take-over.ts";
import { action } from "../../action.ts";

export const plan = action(VERBS["take-over.plan"].input, planTakeOver);
export const run = action(VERBS["take-over.run"].input, runTakeOver);
