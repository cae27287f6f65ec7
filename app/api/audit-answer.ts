import { z } from "zod";
import { currentActor } from "@/app/session.ts";
import { KnastError } from "@/server/contract/errors.ts";
import type { Download } from "@/server/services/archives/download-archive.ts";
import type { Ctx } from "@/server/services/context.ts";
import { refuse } from "./refuse.ts";

/** @returns an export as a file for the browser, or why there is none */
export async function auditAnswer(open: (ctx: Ctx) => Promise<Download>): Promise<Response> {
  try {
    const ctx = await currentActor();
    if (!ctx) throw new KnastError("unauthenticated");
    const { status, headers, body } = await open(ctx);
    const more = { "cache-control": "no-store, no-transform", "x-content-type-options": "nosniff" };
    return new Response(body, { status, headers: { ...headers, ...more } });
  } catch (error) {
    return refuse(error instanceof z.ZodError ? new KnastError("invalid", { cause: error }) : error);
  }
}
