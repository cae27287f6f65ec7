"use client";
import { useCallback, useEffect, useState, type FormEvent } from "react";
import { Button, LONG_LABEL } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { JailLimits, Limits } from "@/server/contract/limits.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { JobProgress } from "./job-progress.tsx";
import { LimitFields, NOT_HELD } from "./limit-fields.tsx";
import { LIMIT_WORDS, limitProblem, useWords } from "./limit-form.ts";

const EVERY_MS = 5000;

export type LimitActions = {
  show: Action<{ name: string }, JailLimits>;
  set: Action<{ name: string; limits: Limits }, JobRef>;
};

/** What the jail may use and what it uses, counted by the kernel, asked again every five seconds while one looks. */
export function RoomLimits({ name, admin, actions }: { name: string; admin: boolean; actions: LimitActions }) {
  const [shown, setShown] = useState<JailLimits | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const { show } = actions;
  const look = useCallback(async () => {
    const result = await show({ name }).catch(() => null);
    if (result?.ok) setShown(result.value);
    setFailure(result && !result.ok ? result.failure : null);
  }, [name, show]);
  useEffect(() => {
    void look();
    const timer = setInterval(() => document.hidden || void look(), EVERY_MS);
    return () => clearInterval(timer);
  }, [look]);
  if (!shown)
    return failure ? (
      <FailureNotice failure={failure} />
    ) : (
      <p role="status" className="text-ink-2">
        Asking rctl …
      </p>
    );
  return (
    <div className="space-y-6">
      {failure ? <FailureNotice failure={failure} /> : null}
      {shown.holds ? null : (
        <Notice tone="warn" quiet title={NOT_HELD}>
          <p>
            Nothing keeps this jail from using the whole host. Add <code>kern.racct.enable=1</code> to{" "}
            <code>/boot/loader.conf</code> and reboot.
          </p>
        </Notice>
      )}
      <Uses shown={shown} name={name} />
      {shown.file.text ? <CodeBlock {...shown.file} /> : null}
      {admin ? (
        <LimitForm key={JSON.stringify(shown.limits)} name={name} shown={shown} set={actions.set} onJob={setJob} />
      ) : null}
      {job ? (
        <JobProgress key={job} job={job} label={`Steps of setting the limits of ${name}`} onEnd={() => void look()} />
      ) : null}
    </div>
  );
}

function Uses({ shown, name }: { shown: JailLimits; name: string }) {
  return (
    <section aria-label="Use and limits" className="max-w-xl">
      <dl className="rows rounded border bg-raised">
        {LIMIT_WORDS.map(({ kind, label }) => {
          const [use, limit] = [shown.use?.[kind] ?? null, shown.limits[kind]];
          const share = use !== null && limit ? Math.min(1, use / limit) : null;
          return (
            <div key={kind} className="grid grid-cols-[7rem_1fr] items-center gap-x-3 px-3 py-2">
              <dt className="text-ink-3">{label}</dt>
              <dd className="min-w-0">
                <span className="font-mono text-13">{useWords(kind, use, limit)}</span>
                {share === null ? null : (
                  <span aria-hidden className="mt-1 block h-1 rounded bg-sunken">
                    <span
                      className={`block h-1 rounded ${share > 0.9 ? "bg-warn" : "bg-ink-3"}`}
                      style={{ width: `${Math.round(share * 100)}%` }}
                    />
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      <p className="mt-1 text-13 text-ink-3">
        <code>rctl -u jail:{name}</code>
      </p>
    </section>
  );
}

function LimitForm({
  name,
  shown,
  set,
  onJob,
}: {
  name: string;
  shown: JailLimits;
  set: LimitActions["set"];
  onJob: (job: string) => void;
}) {
  const [limits, setLimits] = useState(shown.limits);
  const action = useAction(set);
  const wrong = LIMIT_WORDS.some(({ kind }) => limitProblem(kind, limits[kind]) !== null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    const result = await action.run({ name, limits });
    if (result.ok) onJob(result.value.job);
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="max-w-2xl space-y-4" aria-label="Limits">
      <h2 className="text-16 font-semibold">Change the limits</h2>
      <p className="text-ink-2">
        They hold at once in a running jail. Too little memory makes it crawl; too few processes lock its owner out.
      </p>
      <LimitFields value={limits} onChange={setLimits} problem={action.problem} />
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <Button className={LONG_LABEL} type="submit" busy={action.pending && "Setting …"}>
        Set the limits of {name}
      </Button>
    </form>
  );
}
