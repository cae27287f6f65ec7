import { expect } from "vitest";
import { type VerbName, VERBS } from "../../contract/daemon.ts";
import { Failure } from "../../contract/errors.ts";
import { Job } from "../../contract/job.ts";
import type { TestHost } from "./dev-host.ts";
import type { Fault, FaultyTools } from "./faulty-tools.ts";
import { again, at, fingerprint, type KillRow, rowName, wholeAgain } from "./kill-matrix.ts";
import { poll } from "./poll.ts";
import { orphans } from "./whole-host.ts";

/** Whatever a tool does, an answer comes before this: some of its steps may each wait for their deadline. */
const PATIENCE = 90_000;

/** Verbs that take no input or a jail's name, and only read. */
export const LOOKS: readonly { verb: VerbName; input: object }[] = Object.entries(VERBS).flatMap(
  ([verb, { kind, input }]) => {
    if (kind !== "look" || verb.startsWith("job.") || verb.startsWith("terminal.")) return [];
    const fits = [{}, { name: "victim" }].find((one) => input.safeParse(one).success);
    return fits ? [{ verb: verb as VerbName, input: fits }] : [];
  },
);

/** Asks while a program goes wrong: an answer of the verb's own shape, or a failure of the closed list without a word of the tool's. */
export async function lookWithFault(
  host: TestHost,
  tools: FaultyTools,
  look: (typeof LOOKS)[number],
  program: string,
  fault: Fault,
) {
  await at(`${look.verb} when ${program} ${fault}`, async () => {
    tools.break(program, fault);
    try {
      const reply = await soon(host.client.raw(look.verb, look.input as never));
      if (reply.status >= 400) Failure.parse(reply.body);
      else VERBS[look.verb].output.parse(reply.body);
      expect(JSON.stringify(reply.body)).not.toMatch(/words of the tool/);
    } finally {
      tools.mend([program]);
    }
  });
}

/**
 * Makes a row's call while a program goes wrong, then mends the program and makes the call again: before that nothing is orphaned
 * that the next start of knastd would not mend, after it the host is whole, and the goal reached when the call was done.
 */
export async function callWithFault(host: TestHost, tools: FaultyTools, row: KillRow, program: string, fault: Fault) {
  await at(`${rowName(row)} when ${program} ${fault}`, async () => {
    await row.arrange(host);
    const input = await row.input(host);
    const base = fingerprint(host);
    tools.break(program, fault);
    try {
      const { status, body } = await soon(host.client.raw(row.verb, input));
      if (status === 202) {
        const { job } = body as { job: string };
        await soon(host.client.follow(job));
        const ended = Job.parse(await host.client.call("job.get", { job }));
        if (ended.failure) expect(JSON.stringify(ended.failure)).not.toMatch(/words of the tool|secret/);
      } else expect(JSON.stringify(Failure.parse(body))).not.toMatch(/words of the tool|secret/);
    } finally {
      tools.mend([program]);
    }
    await host.client.call("jail.list", {}).catch(() => null);
    // What could not be taken back without the program is in the journal, for the next start.
    if ((await orphans(host)).length > 0) {
      await host.knastd.stop();
      await host.startKnastd(tools.options);
      await poll("its recovery has ended", () => host.scratch().length === 0);
    }
    if (!row.changesBase) expect(fingerprint(host) === base, "the base is as it was").toBe(true);
    // What a job that failed after its commit point has left undone was told to the person: then only wholeness counts.
    if (await again(host, row, input)) await row.goal?.(host);
    await wholeAgain(host);
  });
}

async function soon<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer after ${PATIENCE} ms`)), PATIENCE);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
