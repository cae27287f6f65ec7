import type { LIMIT_VERBS } from "../../contract/limits.ts";
import type { Handlers } from "../handlers.ts";
import { setLimits } from "./set-limits.ts";
import { listLimits, showLimits } from "./show-limits.ts";

export const LIMIT_HANDLERS: Handlers<keyof typeof LIMIT_VERBS> = {
  "jail.limits": showLimits,
  "jail.set-limits": setLimits,
  "limits.list": listLimits,
};
