import type { API } from "../../contract/api/table.ts";
import { ARCHIVES } from "./archives.ts";
import { AUDIT } from "./audit.ts";
import type { Handlers } from "./call.ts";
import { HOST } from "./host.ts";
import { JAILS } from "./jails.ts";
import { PANEL } from "./panel.ts";
import { PEOPLE } from "./people.ts";
import { WORK } from "./work.ts";

/** What the API does, by operation: the services that the panel's actions call. */
export const HANDLERS: Handlers<typeof API> = {
  ...JAILS,
  ...ARCHIVES,
  ...WORK,
  ...PEOPLE,
  ...HOST,
  ...PANEL,
  ...AUDIT,
};
