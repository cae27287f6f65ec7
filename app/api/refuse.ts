import { failureOf } from "@/app/action.ts";
import { ERRORS } from "@/server/contract/errors.ts";

/** The answer of an API that failed; foreign and absent things give the same body, so it names no request. */
export async function refuse(error: unknown): Promise<Response> {
  const { requestId, ...failure } = await failureOf(error);
  const body = failure.code === "not_found" ? failure : { ...failure, requestId };
  return Response.json(body, { status: ERRORS[failure.code].status, headers: { "cache-control": "no-store" } });
}
