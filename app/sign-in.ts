import { cookies, headers } from "next/headers";
import type { z } from "zod";
import { KnastError } from "@/server/contract/errors.ts";
import type { AcceptAsGuestForm, SetPasswordForm, SetUpForm, SignInForm } from "@/server/contract/panel.ts";
import type { PasskeyAnswer, SecondStepForm, SignInOutcome } from "@/server/contract/second-factor.ts";
import { cookieNameFor, secureCookies } from "@/server/services/accounts/read-session.ts";
import { setPassword } from "@/server/services/accounts/set-password.ts";
import type { Ctx, Visitor } from "@/server/services/context.ts";
import { claimsOf } from "@/server/services/accounts/sessions.ts";
import { acceptAsGuest } from "@/server/services/invitations/accept-invitation.ts";
import { redeemSetUp } from "@/server/services/setup/redeem-set-up.ts";
import { type Browser, enterOrAsk, type Entry } from "@/server/services/sign-in/enter.ts";
import { DEVICE_MS, deviceCookieName } from "@/server/services/sign-in/known-devices.ts";
import { signInByPasskey } from "@/server/services/sign-in/passkey-alone.ts";
import { PENDING_MS } from "@/server/services/sign-in/pending.ts";
import { secondStepPasskey, takeStep } from "@/server/services/sign-in/second-step.ts";
import { signInByPassword } from "@/server/services/sign-in/sign-in.ts";
import type { Intent } from "@/server/services/sign-on/intent.ts";
import { signOnName } from "@/server/services/sign-on/own-sign-on.ts";
import { signIn } from "./auth.ts";
import { SIGN_ON, takeIntent } from "./sign-on.ts";

const pendingName = () => cookieNameFor("-second");

/** The token of the sign-in whose second step this browser has before it. */
export const pendingToken = async (): Promise<string | null> => (await cookies()).get(pendingName())?.value ?? null;

async function browser(): Promise<Browser> {
  const [kept, incoming] = await Promise.all([cookies(), headers()]);
  return {
    userAgent: incoming.get("user-agent") ?? "",
    device: (account) => kept.get(deviceCookieName(account))?.value ?? null,
  };
}

/** Turns what the services let in into cookies. */
export async function settle(entry: Entry): Promise<SignInOutcome> {
  const kept = await cookies();
  const cookie = { httpOnly: true, sameSite: "strict", path: "/", secure: secureCookies() } as const;
  if (entry.step === "second") {
    kept.set(pendingName(), entry.pending, { ...cookie, maxAge: PENDING_MS / 1000 });
    return { second: true };
  }
  try {
    await signIn("credentials", { ticket: entry.ticket, redirect: false });
  } catch (cause) {
    throw new KnastError("internal", { cause });
  }
  kept.set(deviceCookieName(entry.account), entry.device, { ...cookie, maxAge: DEVICE_MS / 1000 });
  // Next's delete() leaves the attributes out, and a __Host- cookie is only taken with them.
  if (kept.has(pendingName())) kept.set(pendingName(), "", { ...cookie, maxAge: 0 });
  return { second: false };
}

/** The first step. @throws KnastError invalid, too_many */
export async function signInAs(who: Visitor, form: z.infer<typeof SignInForm>): Promise<SignInOutcome> {
  return settle(await signInByPassword(who, form, await browser()));
}

/** The second step. @throws KnastError invalid, too_many, unauthenticated */
export async function signInFurther(who: Visitor, form: SecondStepForm): Promise<SignInOutcome> {
  return settle(await takeStep(who, await pendingToken(), form, await browser()));
}

export const furtherPasskey = async (who: Visitor) => secondStepPasskey(who, await pendingToken());

/** Signs in by a passkey alone. @throws KnastError invalid */
export async function signInWithPasskey(who: Visitor, form: { passkey: PasskeyAnswer }): Promise<SignInOutcome> {
  return settle(await signInByPasskey(who, form, await browser()));
}

/** Redeems the set-up link and signs the new admin in. */
export async function setUpAndSignIn(who: Visitor, form: z.infer<typeof SetUpForm>): Promise<SignInOutcome> {
  return settle(await enterOrAsk(who, await redeemSetUp(who, form), await browser()));
}

/** Redeems a one-time link for a password and signs in; a second factor is asked for here too. */
export async function setPasswordAndSignIn(
  who: Visitor,
  form: z.infer<typeof SetPasswordForm>,
): Promise<SignInOutcome> {
  return settle(await enterOrAsk(who, await setPassword(who, form), await browser()));
}

/** Takes an invitation as somebody new and signs in. */
export async function acceptAndSignIn(who: Visitor, form: AcceptAsGuestForm): Promise<SignInOutcome> {
  return settle(await enterOrAsk(who, await acceptAsGuest(who, form), await browser()));
}

/** The way to the single sign-on, for somebody who wants to sign in or to take a link. @throws KnastError sign_on_failed */
export async function beginSignOn(_: Visitor, { token }: { token: string | null }): Promise<{ url: string }> {
  return leaveWith(token === null ? { want: "sign-in" } : { want: "welcome", token });
}

/** The same for who is signed in and wants to be known by it. @throws KnastError sign_on_failed */
export async function linkSignOn({ actor }: Ctx): Promise<{ url: string }> {
  return leaveWith({ want: "link", claims: await claimsOf(actor) });
}

async function leaveWith(intent: Intent): Promise<{ url: string }> {
  if (signOnName() === null) throw new KnastError("not_found");
  const url = await signIn(SIGN_ON, { redirect: false, redirectTo: "/" }).catch((cause: unknown) => {
    throw new KnastError("sign_on_failed", { cause });
  });
  const state = URL.canParse(url as string) ? new URL(url as string).searchParams.get("state") : null;
  if (!state) throw new KnastError("sign_on_failed");
  await takeIntent(intent, state);
  return { url: url as string };
}
