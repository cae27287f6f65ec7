import { z } from "zod";
import { HostInfo, JailDetail, JailPlan, JailSpec, JailSummary, Process, Signal } from "./jail.ts";
import { Job } from "./job.ts";
import { ARCHIVE_VERBS } from "./archive.ts";
import { AUDIT_VERBS } from "./audit.ts";
import { HOST_ARCHIVE_VERBS } from "./host-archive.ts";
import { ARCHIVE_PLAN_VERBS } from "./archive-plan.ts";
import { BASE_VERBS } from "./base.ts";
import { CHECK_UP_VERBS } from "./check-up.ts";
import { FLAVOUR_VERBS } from "./flavour.ts";
import { JAILPING_VERBS } from "./jailping.ts";
import { LIMIT_VERBS } from "./limits.ts";
import { MOUNT_VERBS } from "./mounts.ts";
import { ForeignJailName, JailName, JobId, TerminalId } from "./names.ts";
import { Pool } from "./pool.ts";
import { ORDER_VERBS } from "./order.ts";
import { PORTS_VERBS } from "./ports.ts";
import { RECORDING_VERBS } from "./recording.ts";
import { SETTINGS_VERBS } from "./settings.ts";
import { SHELL_FILE_VERBS } from "./shell-file.ts";
import { SHELL_CHOICE_VERBS, ShellChoice } from "./shell-choice.ts";
import { SNAPSHOT_VERBS } from "./snapshot.ts";
import { TAKE_OVER_VERBS } from "./take-over.ts";
import { CloseReason, Cols, EndedTerminal, Rows, ShellCommand, TerminalInfo, TermName } from "./terminal.ts";
import { TOGETHER_VERBS } from "./together.ts";
import { UPLOAD_VERBS } from "./upload.ts";
import { call, JailRef, job, look, Nothing, type Verb } from "./verb.ts";

export { JailRef } from "./verb.ts";

/**
 * What knastd does, all of it: POST /v1/<verb> with the input as JSON body and the header `knast-actor: NAME`
 * (who it is for, for the audit trail; "root" when left out) and, for the trail too, `knast-source`, `knast-token`, `knast-request`. A failed call answers `Failure` with the code's status.
 * Jobs take the header `idempotency-key` (1 to 64 of A-Za-z0-9_-): the same key, verb and input give the same job again.
 */
export const VERBS = {
  "host.info": look(Nothing, HostInfo),
  "host.configure": call(z.strictObject({ pools: z.array(Pool).max(32) }), HostInfo),
  "jail.list": look(Nothing, z.strictObject({ jails: z.array(JailSummary) })),
  "jail.show": look(z.strictObject({ name: ForeignJailName }), JailDetail),
  "jail.plan": look(JailSpec, JailPlan),
  "jail.create": job(JailSpec),
  "jail.start": job(JailRef),
  "jail.stop": job(JailRef),
  "jail.restart": job(JailRef),
  "jail.destroy": job(JailRef),
  "jail.processes": look(JailRef, z.strictObject({ processes: z.array(Process) })),
  /** kill(1) in the jail: whatever bears the number by then, it is a process of this jail */
  "jail.signal": call(
    z.strictObject({ ...JailRef.shape, pid: z.int().min(1).max(99_999_999), signal: Signal }),
    Nothing,
  ),
  "job.get": look(z.strictObject({ job: JobId }), Job),
  "job.list": look(
    z.strictObject({ jail: ForeignJailName.optional() }),
    z.strictObject({ jobs: z.array(Job).max(200) }),
  ),
  /** takes back a job that says it is cancellable; it ends as failed with the code cancelled. One that has ended stays as it is. */
  "job.cancel": call(z.strictObject({ job: JobId }), Nothing),
  /** answers application/x-ndjson: JobEvent lines from `after` + 1 on, and ends after done or failed */
  "job.follow": look(z.strictObject({ job: JobId, after: z.int().min(-1).default(-1) }), Nothing),
  /** `evenNologin`: as an account whose own shell is none of /etc/shells too, which is for who may be root anyway; `term`: its TERM; `command`: instead of a login shell */
  "terminal.open": call(
    z.strictObject({
      ...JailRef.shape,
      ...ShellChoice.shape,
      evenNologin: z.boolean().optional(),
      term: TermName.optional(),
      command: ShellCommand.optional(),
      cols: Cols,
      rows: Rows,
    }),
    TerminalInfo,
  ),
  "terminal.list": look(
    z.strictObject({ name: JailName.optional() }),
    z.strictObject({ terminals: z.array(TerminalInfo), ended: z.array(EndedTerminal) }),
  ),
  "terminal.close": call(z.strictObject({ terminal: TerminalId, reason: CloseReason.optional() }), Nothing),
  ...TOGETHER_VERBS,
  ...RECORDING_VERBS,
  ...SHELL_CHOICE_VERBS,
  ...BASE_VERBS,
  ...FLAVOUR_VERBS,
  ...SETTINGS_VERBS,
  ...MOUNT_VERBS,
  ...LIMIT_VERBS,
  ...ORDER_VERBS,
  ...PORTS_VERBS,
  ...JAILPING_VERBS,
  ...CHECK_UP_VERBS,
  ...TAKE_OVER_VERBS,
  ...ARCHIVE_VERBS,
  ...ARCHIVE_PLAN_VERBS,
  ...HOST_ARCHIVE_VERBS,
  ...SNAPSHOT_VERBS,
  ...UPLOAD_VERBS,
  ...SHELL_FILE_VERBS,
  ...AUDIT_VERBS,
} as const satisfies Record<string, Verb>;

export type VerbName = keyof typeof VERBS;
/** The verbs that start a job. */
export type JobVerb = { [V in VerbName]: (typeof VERBS)[V]["kind"] extends "job" ? V : never }[VerbName];
export type VerbInput<V extends VerbName> = z.input<(typeof VERBS)[V]["input"]>;
export type VerbOutput<V extends VerbName> = z.output<(typeof VERBS)[V]["output"]>;

/**
 * `GET /v1/terminals/<id>?from=<offset>&as=<name>` with Upgrade (terminal-path.ts): the terminal.attach of the table; frames in terminal.ts.
 * `knast-actor` says who looks: the shell's person or a guest of his, else 404; root on the host comes without it.
 */
export const TERMINAL_PREFIX = "/v1/terminals/";

/** Largest body of a request; a flavour's files fit into one of their own, each line break of theirs as two characters. */
export const MAX_BODY = 64 * 1024;
export const MAX_BODY_OF: Partial<Record<VerbName, number>> = {
  "flavour.save": 640 * 1024,
  "audit.append": 512 * 1024,
};
