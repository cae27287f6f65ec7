"use client";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { remarksFor } from "./jail-form.ts";
import type { Planned } from "./use-plan.ts";

/** The id that the daemon puts into a plan. */
const UNDRAWN = /\$knast_id = '0{32}'/;

/** The two files as they will be written, what changed marked, conflicts named in them; and every step with its command. */
export function CreatePreview({ plan, failure, stale, missing, name }: Planned & { missing: boolean; name: string }) {
  if (!plan)
    return (
      <div className="space-y-4" data-testid="preview" data-stale={stale}>
        {failure && failure.problems.length === 0 ? <FailureNotice failure={failure} /> : null}
        <div className="rounded border border-dashed border-line-2 px-4 py-10 text-ink-2">
          <p>{missing ? "Give a host name, and the two files stand here as they will be written." : "Planning …"}</p>
          <p className="mt-2 font-mono text-13 text-ink-3">
            /etc/jail.conf.d/{name || "NAME"}.conf
            <br />
            /etc/fstab.{name || "NAME"}
          </p>
        </div>
      </div>
    );
  return (
    <div className="space-y-4" data-testid="preview" data-stale={stale}>
      {failure && failure.problems.length === 0 ? <FailureNotice failure={failure} /> : null}
      <CodeBlock {...plan.config} mark remarks={remarksFor(plan, plan.problems)} />
      <CodeBlock {...plan.fstab} mark />
      {plan.limits ? <CodeBlock {...plan.limits} mark /> : null}
      {UNDRAWN.test(plan.config.text) ? (
        <p className="text-13 text-ink-3">
          <code>$knast_id</code> is drawn when the jail is made; grants hang on it, not on the name.
        </p>
      ) : null}
      <details className="rounded border bg-raised">
        <summary className="flex h-9 items-center gap-2 px-3 text-ink-2">
          <span aria-hidden>▸</span>
          {plan.files.length} files in its tree, over the skeleton
        </summary>
        <div className="space-y-3 border-t p-3">
          {plan.files.map((file) => (
            <CodeBlock key={file.path} path={file.path} text={file.text} mark />
          ))}
        </div>
      </details>
      <details className="rounded border bg-raised">
        <summary className="flex h-9 items-center gap-2 px-3 text-ink-2">
          <span aria-hidden>▸</span>
          {plan.steps.length} steps, and the commands that they run
        </summary>
        <ol className="rows border-t">
          {plan.steps.map((step, i) => (
            <li key={i} className="grid grid-cols-[1.5rem_1fr] gap-x-2 px-3 py-1">
              <span className="text-right font-mono text-13 text-ink-3">{i + 1}</span>
              <div className="min-w-0">
                {step.title}
                {step.command ? <code className="block break-all text-ink-3">{step.command}</code> : null}
              </div>
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}
