import { request } from "node:http";

/** A person's patience with one job: /etc/rc of two jails on a slow machine. */
const JOB_DEADLINE = 180_000;

/** Who asks, where nobody else is named. */
export const ACTOR = "acceptance";

export class Refused extends Error {
  constructor(status, failure, log = "") {
    super(`${status} ${failure.code}: ${failure.message} ${JSON.stringify(failure.problems ?? [])}${log}`);
    this.status = status;
    this.code = failure.code;
    this.problems = failure.problems ?? [];
  }
}

/** The end of a failed job's log, for the diagnostic. */
const logOf = (events) =>
  events
    .slice(-15)
    .map((event) => `\n${event.text ?? event.title ?? event.kind}`)
    .join("");

/** @returns what talks to the knastd that listens on a Unix socket */
export function connect(socketPath) {
  const raw = (method, path, { headers = {}, body = "" } = {}) =>
    new Promise((resolve, reject) => {
      const call = request({ socketPath, method, path, headers: { connection: "close", ...headers }, timeout: 60_000 });
      call.on("response", (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({ status: response.statusCode, bytes, text: bytes.toString("utf8") });
        });
        response.on("error", reject);
      });
      call.on("timeout", () => call.destroy(new Error(`no answer on ${path} within 60 s`)));
      call.on("error", reject);
      call.end(body);
    });

  /** @returns the verb's answer; @throws Refused */
  const call = async (verb, input = {}, headers = {}) => {
    const body = JSON.stringify(input);
    const { status, text } = await raw("POST", `/v1/${verb}`, {
      headers: { "content-type": "application/json", "knast-actor": ACTOR, ...headers },
      body,
    });
    const value = JSON.parse(text);
    if (status !== 200 && status !== 202) throw new Refused(status, value);
    return value;
  };

  /** @returns the events of a job from number `after` + 1 on, when it has ended */
  const follow = (job, after = -1) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ job, after });
      const headers = { "content-type": "application/json", connection: "close" };
      const stream = request({ socketPath, method: "POST", path: "/v1/job.follow", headers });
      const timer = setTimeout(() => stream.destroy(new Error(`job ${job} did not end`)), JOB_DEADLINE);
      stream.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => (text += chunk));
        response.on("error", reject);
        response.on("end", () => {
          clearTimeout(timer);
          const lines = text
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => JSON.parse(line));
          if (response.statusCode === 200) resolve(lines);
          else reject(new Refused(response.statusCode, lines[0] ?? {}));
        });
      });
      stream.on("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      stream.end(body);
    });

  /** Starts a job and waits for its end. @returns its events; @throws Refused when it was refused or has failed */
  const job = async (verb, input, headers) => {
    const events = await follow((await call(verb, input, headers)).job);
    const last = events.at(-1);
    if (last?.kind === "failed") throw new Refused(502, last.failure, logOf(events));
    if (last?.kind !== "done") throw new Error(`the job's stream ended with ${JSON.stringify(last)}`);
    return events;
  };

  /** @throws Error unless the call (or the job that it starts) is refused with this code */
  const refused = async (code, verb, input, isJob = false) => {
    try {
      await (isJob ? job(verb, input) : call(verb, input));
    } catch (error) {
      if (error instanceof Refused && error.code === code) return error;
      throw error;
    }
    throw new Error(`${verb} went through; ${code} was expected`);
  };

  return { raw, call, follow, job, refused };
}
