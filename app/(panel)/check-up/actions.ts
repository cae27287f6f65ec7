"use server";
import { Nothing } from "@/server/contract/verb.ts";
import { checkUp } from "@/server/services/check-up/check-up.ts";
import { action } from "../../action.ts";

export const look = action(Nothing, checkUp);
