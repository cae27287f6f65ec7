import type { Failure } from "./errors.ts";

/** What a server action answers: never an exception, so that a form can show each problem at its field. */
export type ActionResult<T> = { ok: true; value: T } | { ok: false; failure: Failure };
