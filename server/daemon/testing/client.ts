import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import type { VerbInput, VerbName, VerbOutput } from "../../contract/daemon.ts";
import type { Failure } from "../../contract/errors.ts";
import type { JobEvent } from "../../contract/job.ts";

export type Reply<T> = { status: number; body: T };
type Headers = Record<string, string>;

/** Speaks to knastd as knast-web does, without its checks: tests must be able to send anything. */
export class Client {
  constructor(private readonly socketPath: string) {}

  post(path: string, body: string, headers: Headers = {}, method = "POST"): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: this.socketPath,
          path,
          method,
          agent: false,
          headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers },
        },
        resolve,
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  async ask(path: string, body: string, headers: Headers = {}, method = "POST"): Promise<Reply<unknown>> {
    const response = await this.post(path, body, headers, method);
    const text = await textOf(response);
    return { status: response.statusCode ?? 0, body: text === "" ? null : JSON.parse(text) };
  }

  /** The raw answer, whatever it is. */
  raw<V extends VerbName>(verb: V, input: VerbInput<V>, headers: Headers = {}): Promise<Reply<unknown>> {
    return this.ask(`/v1/${verb}`, JSON.stringify(input), headers);
  }

  /** The answer of a call that must succeed. */
  async call<V extends VerbName>(verb: V, input: VerbInput<V>, headers: Headers = {}): Promise<VerbOutput<V>> {
    const { status, body } = await this.raw(verb, input, headers);
    if (status !== 200 && status !== 202) throw new Error(`${verb}: ${status} ${JSON.stringify(body)}`);
    return body as VerbOutput<V>;
  }

  /** The failure of a call that must fail. */
  async refused<V extends VerbName>(verb: V, input: VerbInput<V>, headers: Headers = {}): Promise<Failure> {
    const { status, body } = await this.raw(verb, input, headers);
    if (status < 400) throw new Error(`${verb}: ${status} ${JSON.stringify(body)}`);
    return body as Failure;
  }

  async follow(job: string, after = -1): Promise<JobEvent[]> {
    const response = await this.post("/v1/job.follow", JSON.stringify({ job, after }));
    if (response.statusCode !== 200) throw new Error(`job.follow: ${await textOf(response)}`);
    const events: JobEvent[] = [];
    for await (const line of createInterface({ input: response })) events.push(JSON.parse(line) as JobEvent);
    return events;
  }

  /** Begins a job and waits for its end; the last event is done or failed. */
  async job<V extends VerbName>(verb: V, input: VerbInput<V>, headers: Headers = {}): Promise<JobEvent[]> {
    const { job } = (await this.call(verb, input, headers)) as { job: string };
    return this.follow(job);
  }

  /** A job that must end well; its log otherwise. */
  async done<V extends VerbName>(verb: V, input: VerbInput<V>, headers: Headers = {}): Promise<JobEvent[]> {
    const events = await this.job(verb, input, headers);
    if (events.at(-1)?.kind !== "done")
      throw new Error(`${verb} failed:\n${events.map((one) => JSON.stringify(one)).join("\n")}`);
    return events;
  }

  /** A job that must fail, or be refused at once. */
  async failed<V extends VerbName>(verb: V, input: VerbInput<V>): Promise<Failure> {
    const { status, body } = await this.raw(verb, input);
    if (status >= 400) return body as Failure;
    const last = (await this.follow((body as { job: string }).job)).at(-1);
    if (last?.kind !== "failed") throw new Error(`${verb} did not fail`);
    return last.failure;
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
