"use client";
import { startAuthentication, startRegistration } from "@simplewebauthn/browser";
import type { ActionResult } from "@/server/contract/action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import type { NewPasskeyAnswer, PasskeyAnswer } from "@/server/contract/second-factor.ts";

export type SignInOptions = Parameters<typeof startAuthentication>[0]["optionsJSON"];
export type NewOptions = Parameters<typeof startRegistration>[0]["optionsJSON"];

/** Browsers say by the same error that the person declined, that he took too long and that there is no such passkey. */
const declined = (message: string): { ok: false; failure: Failure } => ({
  ok: false,
  failure: { code: "invalid", message, problems: [] },
});

/** Lets an authenticator answer; what goes wrong there is a failure like any other. */
export async function askAuthenticator(optionsJSON: SignInOptions): Promise<ActionResult<PasskeyAnswer>> {
  try {
    return { ok: true, value: (await startAuthentication({ optionsJSON })) as PasskeyAnswer };
  } catch {
    return declined("No passkey answered. Try again, or choose another way.");
  }
}

/** Lets an authenticator make a passkey. */
export async function askForPasskey(optionsJSON: NewOptions): Promise<ActionResult<NewPasskeyAnswer>> {
  try {
    return { ok: true, value: (await startRegistration({ optionsJSON })) as NewPasskeyAnswer };
  } catch (error) {
    const known = (error as Error).name === "InvalidStateError";
    return declined(known ? "This authenticator holds a passkey for you already." : "No passkey was made. Try again.");
  }
}
