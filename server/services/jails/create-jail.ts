import { randomBytes } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { jailNameFromHostname } from "../../contract/names.ts";
import type { CreateJailForm } from "../../contract/panel.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";
import { withGrantIntent } from "./settle-grant-intents.ts";

/**
 * Has a jail made; its owner gets it when the job is done. Admin only.
 * @throws KnastError invalid at the field owner; what the daemon says of the spec
 */
export function createJail(ctx: Ctx, form: CreateJailForm): Promise<JobRef> {
  const { owner, ...spec } = form;
  const name = spec.name ?? jailNameFromHostname(spec.hostname);
  return audited(ctx, "jail.create", { jail: name, ...(owner ? { account: owner } : {}) }, async () => {
    assertAdmin(ctx);
    const idempotencyKey = ctx.idempotencyKey ?? randomBytes(16).toString("hex");
    const ask = () => call("jail.create", { ...spec, name }, { actor: ctx.actor.name, idempotencyKey });
    if (owner === null) return ask();
    if (!(await db().account.findUnique({ where: { id: owner } }))) {
      const message = "There is no such account.";
      throw new KnastError("invalid", { problems: [{ field: "owner", code: "not_found", message }] });
    }
    return withGrantIntent({ id: idempotencyKey, accountId: owner, jailName: name }, ask);
  });
}
