import type { IncomingHttpHeaders } from "node:http";
import { type VerbName, VERBS } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Job } from "../../contract/job.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Entry } from "./audit.ts";
import { jailIdOf } from "./jail-id.ts";
import { subjectOf } from "./subject.ts";

/** Where a request came from, as knast-web says: it knows the browser, the daemon only knows knast-web. */
export type From = Pick<Entry, "source" | "token" | "requestId">;

/** Jobs whose beginning is remembered, so that the record of their end says the same. */
const REMEMBERED = 500;
const begun = new Map<string, From>();

/** @returns what the headers knast-source, knast-token and knast-request say, where it is of their form */
export function fromOf(headers: IncomingHttpHeaders, own: string): From {
  const read = (name: string, form: RegExp): string | null => {
    const value = headers[name];
    return typeof value === "string" && form.test(value) ? value : null;
  };
  const token = read("knast-token", /^(ssh:)?[A-Za-z0-9_-]{1,64}$/);
  return {
    source: read("knast-source", /^[A-Za-z0-9.:%_-]{1,64}$/) ?? "-",
    ...(token === null ? {} : { token }),
    requestId: read("knast-request", /^[A-Za-z0-9-]{1,64}$/) ?? own,
  };
}

/**
 * Does what changes something and records how it went, before anybody is told.
 * @param act gets what to tell the input to as soon as it is known
 * @throws what `act` throws
 */
export async function recorded<T>(
  daemon: Daemon,
  { verb, call, from }: { verb: VerbName; call: Call; from: From },
  act: (read: (input: unknown) => void) => Promise<T>,
): Promise<T> {
  let input: unknown;
  const note = async (output: unknown, outcome: Pick<Entry, "result" | "code">) => {
    const subject = subjectOf(daemon, verb, input, output);
    if (outcome.result === "begun" && subject.job) remember(subject.job, from);
    const jailId = subject.jailId ?? (await jailIdOf(daemon, subject.jail));
    const entry = { origin: "knastd", who: call.actor, what: verb, ...from, ...subject, ...outcome } as const;
    await daemon.audit.record({ ...entry, ...(jailId === undefined ? {} : { jailId }) });
  };
  try {
    const output = await act((read) => (input = read));
    await note(output, { result: VERBS[verb].kind === "job" ? "begun" : "ok" });
    return output;
  } catch (error) {
    await note(null, { result: "failed", code: error instanceof KnastError ? error.code : "internal" });
    throw error;
  }
}

function remember(job: string, from: From): void {
  begun.set(job, from);
  if (begun.size > REMEMBERED) begun.delete(begun.keys().next().value!);
}

/** @returns the record of a job's end */
export function endOf({ id, verb, actor, jail, jailId, failure }: Job): Entry {
  const from = begun.get(id) ?? { source: "-", requestId: "-" };
  begun.delete(id);
  return {
    origin: "knastd",
    who: actor,
    what: verb,
    ...from,
    ...(jail === null ? {} : { jail }),
    ...(jailId === null ? {} : { jailId }),
    job: id,
    result: failure ? "failed" : "ok",
    ...(failure ? { code: failure.code } : {}),
  };
}
