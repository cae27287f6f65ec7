import { revalidatePath } from "next/cache";
import { unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import type { ActionResult } from "@/server/contract/action.ts";
import { type Failure, KnastError, type Problem } from "@/server/contract/errors.ts";
import type { Ctx, Visitor } from "@/server/services/context.ts";
import { anyActor, currentActor, visitor } from "./session.ts";

export type { ActionResult } from "@/server/contract/action.ts";

type Options = { revalidate?: string };

/**
 * Makes a server action of a service: session, parse, call, map errors, revalidate.
 * @param schema what the browser sends; unknown keys are refused
 * @param verb the service; it decides whether the actor may
 */
export function action<S extends z.ZodType, T>(
  schema: S,
  verb: (ctx: Ctx, input: z.output<S>) => Promise<T>,
  options: Options = {},
): (input: z.input<S>) => Promise<ActionResult<T>> {
  return async (input) =>
    answer(async () => {
      const ctx = await currentActor();
      if (!ctx) throw new KnastError("unauthenticated");
      return verb(ctx, parsed(schema, input));
    }, options);
}

/** The same for what one does on the way to a second factor that one must have: open to whoever has a session. */
export function settlingAction<S extends z.ZodType, T>(
  schema: S,
  verb: (ctx: Ctx, input: z.output<S>) => Promise<T>,
  options: Options = {},
): (input: z.input<S>) => Promise<ActionResult<T>> {
  return async (input) =>
    answer(async () => {
      const who = await anyActor();
      if (!who) throw new KnastError("unauthenticated");
      return verb(who.ctx, parsed(schema, input));
    }, options);
}

/** The same for those who are not signed in (yet): sign-in, set-up, set-password. */
export function publicAction<S extends z.ZodType, T>(
  schema: S,
  verb: (who: Visitor, input: z.output<S>) => Promise<T>,
  options: Options = {},
): (input: z.input<S>) => Promise<ActionResult<T>> {
  return async (input) => answer(async () => verb(await visitor(), parsed(schema, input)), options);
}

function parsed<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems: Problem[] = result.error.issues.slice(0, 50).map((issue) => ({
    field: issue.path.map(String).join(".").slice(0, 100),
    code: "invalid",
    message: issue.message.slice(0, 500),
  }));
  throw new KnastError("invalid", { problems });
}

async function answer<T>(act: () => Promise<T>, options: Options): Promise<ActionResult<T>> {
  try {
    const value = await act();
    if (options.revalidate) revalidatePath(options.revalidate);
    return { ok: true, value };
  } catch (error) {
    unstable_rethrow(error); // redirect() and notFound() are exceptions of Next's own
    return { ok: false, failure: await failureOf(error) };
  }
}

/** Maps what went wrong to the closed list; the cause goes to the log under the request's id. */
export async function failureOf(error: unknown): Promise<Failure> {
  const { requestId } = await visitor();
  const known = error instanceof KnastError ? error : new KnastError("internal", { cause: error });
  if (known.cause !== undefined) console.error(requestId, known.code, known.cause);
  return known.toFailure(requestId);
}
