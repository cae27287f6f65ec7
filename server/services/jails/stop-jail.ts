import type { JobRef } from "../../contract/job.ts";
import type { Ctx } from "../context.ts";
import { power } from "./power.ts";

/** Has a jail stopped; a veto from inside does not hold. @throws KnastError not_found, busy and what the daemon says */
export const stopJail = (ctx: Ctx, form: { name: string }): Promise<JobRef> => power(ctx, form.name, "jail.stop");
