import { currentActor } from "@/app/session.ts";
import { KnastError } from "@/server/contract/errors.ts";
import { countTrouble } from "@/server/contract/check-up.ts";
import { checkUp } from "@/server/services/check-up/check-up.ts";
import { refuse } from "../refuse.ts";

/** How many findings of the check-up want mending, for the rail: { trouble }. Admin only. No action, as those wait for each other. */
export async function GET(): Promise<Response> {
  const ctx = await currentActor();
  if (!ctx) return refuse(new KnastError("unauthenticated"));
  try {
    const trouble = countTrouble(await checkUp(ctx));
    return Response.json({ trouble }, { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return refuse(error);
  }
}
