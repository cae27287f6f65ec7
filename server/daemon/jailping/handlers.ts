import type { JAILPING_VERBS } from "../../contract/jailping.ts";
import type { Handlers } from "../handlers.ts";
import { configureJailping, jailpingInfo } from "./configure.ts";

export const JAILPING_HANDLERS: Handlers<keyof typeof JAILPING_VERBS> = {
  "jailping.info": jailpingInfo,
  "jailping.configure": configureJailping,
};
