import type { TAKE_OVER_VERBS } from "../../contract/take-over.ts";
import type { Handlers } from "../handlers.ts";
import { findCandidates } from "./find-candidates.ts";
import { planTakeOver } from "./plan-take-over.ts";
import { runTakeOver } from "./run-take-over.ts";

export const TAKE_OVER_HANDLERS: Handlers<keyof typeof TAKE_OVER_VERBS> = {
  "take-over.find": findCandidates,
  "take-over.plan": async (daemon, wish) => (await planTakeOver(daemon, wish)).plan,
  "take-over.run": runTakeOver,
};
