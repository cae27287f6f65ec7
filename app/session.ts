import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { readWho } from "@/server/services/accounts/read-session.ts";
import { leave } from "@/server/services/sessions/leave.ts";
import type { Ctx, Visitor } from "@/server/services/context.ts";
import { signOut } from "./auth.ts";
import { visitorOf } from "./visitor.ts";

/** Who asks, session or not. */
export const visitor = cache(async (): Promise<Visitor> => visitorOf(await headers()));

/** Whoever has a good session, also one who has yet to set up the second factor that he must have; asked once per request. */
export const anyActor = cache(async (): Promise<{ ctx: Ctx; settling: boolean } | null> => {
  const incoming = await headers();
  const who = await readWho({ cookie: incoming.get("cookie") ?? undefined }, true);
  return who && { ctx: { actor: who.actor, ...visitorOf(incoming) }, settling: who.settling };
});

/** The signed-in actor's context, null without a good session and for one who has to set up a second factor first. */
export async function currentActor(): Promise<Ctx | null> {
  const who = await anyActor();
  return who && !who.settling ? who.ctx : null;
}

/** For pages: whoever has no session is sent to sign in, whoever must have a second factor to set it up. */
export async function requireActor(): Promise<Ctx> {
  const who = await anyActor();
  if (!who) redirect("/sign-in");
  if (who.settling) redirect("/second-factor");
  return who.ctx;
}

/** For the admin's pages: they do not exist for others. */
export async function requireAdmin(): Promise<Ctx> {
  const ctx = await requireActor();
  return ctx.actor.role === "admin" ? ctx : notFound();
}

/** Ends the session here and in the database, so that a copy of the cookie is worth nothing either. */
export async function signOutNow(): Promise<void> {
  const who = await anyActor();
  if (who) await leave(who.ctx);
  await signOut({ redirect: false });
}
