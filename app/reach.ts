import { notFound } from "next/navigation";
import { KnastError } from "@/server/contract/errors.ts";

/** @returns what the service answers, null while the daemon can't be reached; other errors go on */
export function whenReachable<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof KnastError && error.code === "unavailable") return null;
    throw error;
  });
}

/** @returns what the service answers; not_found becomes the one not-found page with status 404 */
export function orNotFound<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    if (error instanceof KnastError && error.code === "not_found") notFound();
    throw error;
  });
}
