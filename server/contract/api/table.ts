import type { z } from "zod";
import { ARCHIVES_API } from "./archives.ts";
import { AUDIT_API } from "./audit.ts";
import type { Endpoint } from "./endpoint.ts";
import { HOST_API } from "./host.ts";
import { JAILS_API } from "./jails.ts";
import { PANEL_API } from "./panel.ts";
import { PEOPLE_API } from "./people.ts";
import { WORK_API } from "./work.ts";

/** Where the API begins on the public port. */
export const API_ROOT = "/api/v1";

/** What the API does, all of it, by operation; a row here and a line in services/api are all that a new one needs. */
export const API = {
  ...JAILS_API,
  ...ARCHIVES_API,
  ...WORK_API,
  ...PEOPLE_API,
  ...HOST_API,
  ...PANEL_API,
  ...AUDIT_API,
} as const satisfies Record<string, Endpoint>;

export type Operation = keyof typeof API;
export const OPERATIONS = Object.keys(API) as Operation[];
export type ApiInput<K extends Operation> = z.input<(typeof API)[K]["input"]>;
export type ApiOutput<K extends Operation> = (typeof API)[K]["output"] extends z.ZodType
  ? z.output<(typeof API)[K]["output"]>
  : undefined;
