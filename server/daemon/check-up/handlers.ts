import type { CHECK_UP_VERBS } from "../../contract/check-up.ts";
import type { Handlers } from "../handlers.ts";
import { checkUp } from "./check-up.ts";

export const CHECK_UP_HANDLERS: Handlers<keyof typeof CHECK_UP_VERBS> = {
  "host.check-up": checkUp,
};
