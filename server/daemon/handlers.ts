import type { z } from "zod";
import type { VerbName, VerbOutput, VERBS } from "../contract/daemon.ts";
import type { Failure } from "../contract/errors.ts";
import type { Call, Daemon } from "./daemon.ts";
import type { Intent } from "./jobs/journal.ts";
import type { StepContext } from "./jobs/step.ts";

type Parsed<V extends VerbName> = z.output<(typeof VERBS)[V]["input"]>;

/** What does a verb. Its input is parsed; its output is parsed again before it leaves. */
export type Handler<V extends VerbName> = (daemon: Daemon, input: Parsed<V>, call: Call) => Promise<VerbOutput<V>>;

/** A noun's verbs, each with the function that does it. */
export type Handlers<V extends VerbName> = { [K in V]: Handler<K> };

/**
 * What the next start of knastd does about a job of this verb that was at work when it was killed, under the job's lock:
 * completes it or takes it back.
 * @returns null when the verb's goal is reached after all, else what became of it
 */
export type Recovery = (daemon: Daemon, context: StepContext, intent: Intent) => Promise<Failure | null>;
