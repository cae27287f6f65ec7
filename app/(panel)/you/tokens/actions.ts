"use server";
import { TokenForm, TokenRef } from "@/server/contract/token.ts";
import { endToken } from "@/server/services/tokens/end-token.ts";
import { makeToken } from "@/server/services/tokens/make-token.ts";
import { action } from "../../../action.ts";

export const make = action(TokenForm, makeToken);
export const end = action(TokenRef, endToken);
