"use server";
import { PORTS_VERBS } from "@/server/contract/ports.ts";
import { Nothing } from "@/server/contract/verb.ts";
import { cleanHostPorts } from "@/server/services/ports/clean-ports.ts";
import { configurePorts } from "@/server/services/ports/configure-ports.ts";
import { updatePorts } from "@/server/services/ports/update-ports.ts";
import { action } from "../../action.ts";

export const configure = action(PORTS_VERBS["ports.configure"].input, configurePorts);
export const update = action(PORTS_VERBS["ports.update"].input, updatePorts);
export const cleanHost = action(Nothing, cleanHostPorts);
