import { PRESETS } from "../../contract/grants.ts";
import { ROOT } from "../../contract/shell-choice.ts";
import type { Ctx } from "../context.ts";
import { setGrant } from "../grants/set-grant.ts";

/** Makes an account an owner of a jail. Admin only, by setGrant. @throws KnastError not_found, foreign; over_budget when it runs and is too much for him */
export const assignJail = (ctx: Ctx, { name, account }: { name: string; account: string }): Promise<void> =>
  setGrant(ctx, { name, account, rights: [...PRESETS.owner], shellAs: ROOT, endsAt: null });
