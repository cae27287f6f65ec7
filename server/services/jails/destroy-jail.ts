import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";
import { getJailFor } from "./get-jail-for.ts";

/**
 * Has a stopped jail destroyed, for good. Admin only.
 * @throws KnastError invalid at the field confirm unless it is the jail's name; prove_first
 */
export function destroyJail(ctx: Ctx, form: { name: string; confirm: string }): Promise<JobRef> {
  return audited(ctx, "jail.destroy", { jail: form.name }, async () => {
    assertAdmin(ctx);
    const jail = await getJailFor(ctx, form.name, "see");
    if (!jail.rights.includes("destroy")) throw new KnastError("foreign");
    if (form.confirm !== jail.name) {
      const message = `Type ${jail.name} to destroy it.`;
      throw new KnastError("invalid", { message, problems: [{ field: "confirm", code: "invalid", message }] });
    }
    await assertProved(ctx);
    return call("jail.destroy", { name: jail.name, ...(jail.id ? { id: jail.id } : {}) }, askedBy(ctx));
  });
}
