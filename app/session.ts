import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { z } from "zod";
import { KnastError } from "@/server/contract/errors.ts";
import type { SetPasswordForm, SetUpForm, SignInForm } from "@/server/contract/panel.ts";
import { readSession } from "@/server/services/accounts/read-session.ts";
import { endSession } from "@/server/services/accounts/sessions.ts";
import { setPassword } from "@/server/services/accounts/set-password.ts";
import type { Ctx, Visitor } from "@/server/services/context.ts";
import { redeemSetUp } from "@/server/services/setup/redeem-set-up.ts";
import { Refused, signIn, signOut } from "./auth.ts";
import { visitorOf } from "./visitor.ts";

/** Who asks, session or not. */
export const visitor = cache(async (): Promise<Visitor> => visitorOf(await headers()));

/** The signed-in actor's context, null without a good session; asked once per request. */
export const currentActor = cache(async (): Promise<Ctx | null> => {
  const incoming = await headers();
  const actor = await readSession({ cookie: incoming.get("cookie") ?? undefined }, true);
  return actor && { actor, ...visitorOf(incoming) };
});

/** For pages: whoever has no session is sent to sign in. */
export async function requireActor(): Promise<Ctx> {
  return (await currentActor()) ?? redirect("/sign-in");
}

/** For the admin's pages: they do not exist for others. */
export async function requireAdmin(): Promise<Ctx> {
  const ctx = await requireActor();
  return ctx.actor.role === "admin" ? ctx : notFound();
}

/** Signs in and sets the cookie. @throws KnastError invalid, too_many */
export async function signInAs(_: Visitor, form: z.infer<typeof SignInForm>): Promise<void> {
  try {
    await signIn("credentials", { name: form.name, password: form.password, redirect: false });
  } catch (error) {
    if (error instanceof Refused) throw error.reason;
    throw new KnastError("internal", { cause: error });
  }
}

/** Redeems the set-up link and signs the new admin in. */
export async function setUpAndSignIn(who: Visitor, form: z.infer<typeof SetUpForm>): Promise<void> {
  const { name } = await redeemSetUp(who, form);
  await signInAs(who, { name, password: form.password });
}

/** Redeems a one-time link for a password and signs in. */
export async function setPasswordAndSignIn(who: Visitor, form: z.infer<typeof SetPasswordForm>): Promise<void> {
  const { name } = await setPassword(who, form);
  await signInAs(who, { name, password: form.password });
}

/** Ends the session here and in the database, so that a copy of the cookie is worth nothing either. */
export async function signOutNow(): Promise<void> {
  const ctx = await currentActor();
  if (ctx) await endSession(ctx.actor.session);
  await signOut({ redirect: false });
}
