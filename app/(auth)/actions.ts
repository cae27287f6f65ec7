"use server";
import { z } from "zod";
import { AcceptAsGuestForm, SetPasswordForm, SetUpForm, SignInForm, TokenForm } from "@/server/contract/panel.ts";
import { PasskeySignInForm, SecondStepForm } from "@/server/contract/second-factor.ts";
import { BeginSignOnForm } from "@/server/contract/sign-on.ts";
import { acceptInvitation } from "@/server/services/invitations/accept-invitation.ts";
import { passkeyAloneOptions } from "@/server/services/sign-in/passkey-alone.ts";
import { action, publicAction } from "../action.ts";
import {
  acceptAndSignIn,
  beginSignOn,
  furtherPasskey,
  setPasswordAndSignIn,
  setUpAndSignIn,
  signInAs,
  signInFurther,
  signInWithPasskey,
} from "../sign-in.ts";

export const signIn = publicAction(SignInForm, signInAs);
export const passkeyChallenge = publicAction(z.strictObject({}), passkeyAloneOptions);
export const passkeySignIn = publicAction(PasskeySignInForm, signInWithPasskey);
export const secondStep = publicAction(SecondStepForm, signInFurther);
export const secondStepChallenge = publicAction(z.strictObject({}), furtherPasskey);
export const setUp = publicAction(SetUpForm, setUpAndSignIn);
export const welcome = publicAction(SetPasswordForm, setPasswordAndSignIn);
export const signOn = publicAction(BeginSignOnForm, beginSignOn);
export const acceptAsGuest = publicAction(AcceptAsGuestForm, acceptAndSignIn);
export const accept = action(TokenForm, acceptInvitation);
