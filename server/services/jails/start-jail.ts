import type { JobRef } from "../../contract/job.ts";
import type { Ctx } from "../context.ts";
import { power } from "./power.ts";

/** Has a jail started. @throws KnastError not_found, busy and what the daemon says */
export const startJail = (ctx: Ctx, form: { name: string }): Promise<JobRef> => power(ctx, form.name, "jail.start");
