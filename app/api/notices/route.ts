import { headers } from "next/headers";
import { KnastError } from "@/server/contract/errors.ts";
import { readSession } from "@/server/services/accounts/read-session.ts";
import { countUnread } from "@/server/services/notices/list-notices.ts";
import { refuse } from "../refuse.ts";

/** How many notices are new, for the bar: { unread }. It is asked by the page itself, so it keeps no session alive. */
export async function GET(): Promise<Response> {
  const actor = await readSession({ cookie: (await headers()).get("cookie") ?? undefined }, false);
  if (!actor) return refuse(new KnastError("unauthenticated"));
  return Response.json({ unread: await countUnread(actor) }, { headers: { "cache-control": "no-store" } });
}
