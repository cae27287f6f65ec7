"use server";
import { Nothing } from "@/server/contract/verb.ts";
import { verifyAudit } from "@/server/services/audit/verify-audit.ts";
import { action } from "../../action.ts";

export const verify = action(Nothing, verifyAudit);
