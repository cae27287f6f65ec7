"use server";
import { z } from "zod";
import { ConfirmTotpForm, NewPasskeyForm, ProveForm } from "@/server/contract/second-factor.ts";
import { prove as proveAgain, proveWays } from "@/server/services/accounts/prove.ts";
import { addPasskey, beginPasskey } from "@/server/services/second-factor/register-passkey.ts";
import { beginTotp, confirmTotp } from "@/server/services/second-factor/set-up-totp.ts";
import { settlingAction } from "../../action.ts";

export const totpBegin = settlingAction(z.strictObject({}), beginTotp);
export const totpConfirm = settlingAction(ConfirmTotpForm, confirmTotp);
export const passkeyBegin = settlingAction(z.strictObject({}), beginPasskey);
export const passkeyAdd = settlingAction(NewPasskeyForm, addPasskey);
export const waysToProve = settlingAction(z.strictObject({}), proveWays);
export const prove = settlingAction(ProveForm, proveAgain);
