"use server";
import { SetPasswordForm, SetUpForm, SignInForm } from "@/server/contract/panel.ts";
import { publicAction } from "../action.ts";
import { setPasswordAndSignIn, setUpAndSignIn, signInAs } from "../session.ts";

export const signIn = publicAction(SignInForm, signInAs);
export const setUp = publicAction(SetUpForm, setUpAndSignIn);
export const welcome = publicAction(SetPasswordForm, setPasswordAndSignIn);
