import type { SETTINGS_VERBS } from "../../contract/settings.ts";
import type { Handlers } from "../handlers.ts";
import { configureJail } from "./configure-jail.ts";
import { planSettings } from "./plan-settings.ts";
import { showSettings } from "./read-config.ts";

export const SETTINGS_HANDLERS: Handlers<keyof typeof SETTINGS_VERBS> = {
  "jail.settings": showSettings,
  "jail.plan-settings": planSettings,
  "jail.configure": configureJail,
};
