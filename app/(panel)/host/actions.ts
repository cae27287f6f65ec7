"use server";
import { VERBS } from "@/server/contract/daemon.ts";
import { configureHost } from "@/server/services/host/configure-host.ts";
import { installBase } from "@/server/services/host/install-base.ts";
import { configureJailping } from "@/server/services/jailping/configure-jailping.ts";
import { openSettings as open } from "@/server/services/grants/open-settings.ts";
import { OwnerSettingsForm } from "@/server/contract/owner-settings.ts";
import { action } from "../../action.ts";

export const configure = action(VERBS["host.configure"].input, configureHost);
export const install = action(VERBS["base.install"].input, installBase);
export const pingForJails = action(VERBS["jailping.configure"].input, configureJailping);
export const openSettings = action(OwnerSettingsForm, open);
