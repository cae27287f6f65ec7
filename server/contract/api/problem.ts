import { z } from "zod";
import { ErrorCode, ERRORS, type Failure, Problem as FieldProblem } from "../errors.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** What the API answers when it does not do what it was asked (RFC 9457). */
export const ProblemDocument = z.strictObject({
  /** names the kind of problem; there is nothing to be fetched */
  type: z.string(),
  /** the sentence of this kind */
  title: z.string(),
  status: z.int(),
  /** what it is in this case */
  detail: z.string(),
  code: ErrorCode,
  /** what is wrong with which field */
  problems: z.array(FieldProblem),
  /** names the line of the panel's log; left out where the answer must not differ: what is not yours is as what is not there */
  requestId: z.string().optional(),
});
export type ProblemDocument = z.infer<typeof ProblemDocument>;

/** @param failure as a service's error has it */
export function problemOf({ code, message, problems, requestId }: Failure): ProblemDocument {
  const { status, message: title } = ERRORS[code];
  const named = code === "not_found" || requestId === undefined ? {} : { requestId };
  return { type: `urn:knast:problem:${code}`, title, status, detail: message, code, problems, ...named };
}
