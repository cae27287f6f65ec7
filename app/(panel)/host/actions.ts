"use server";
import { VERBS } from "@/server/contract/daemon.ts";
import { configureHost } from "@/server/services/host/configure-host.ts";
import { installBase } from "@/server/services/host/install-base.ts";
import { action } from "../../action.ts";

export const configure = action(VERBS["host.configure"].input, configureHost);
export const install = action(VERBS["base.install"].input, installBase);
