import type { PORTS_VERBS } from "../../contract/ports.ts";
import type { Handlers } from "../handlers.ts";
import { cleanPorts } from "./clean-ports.ts";
import { configurePorts, portsInfo } from "./ports-info.ts";
import { updatePorts } from "./update-ports.ts";

export const PORTS_HANDLERS: Handlers<keyof typeof PORTS_VERBS> = {
  "ports.info": portsInfo,
  "ports.configure": configurePorts,
  "ports.update": updatePorts,
  "ports.clean": cleanPorts,
};
