"use client";
import { useState } from "react";
import { Notice } from "@/components/ui/notice.tsx";
import type { SectionProps } from "./jail-form.ts";
import { LimitFields, NOT_HELD } from "./limit-fields.tsx";

/** What it may use at most; folded away until one wants it. */
export function CreateLimits({ form, set, host, problem }: SectionProps) {
  const wrong = problem("limits");
  const [open, setOpen] = useState(false);
  return (
    <details
      className="rounded border bg-raised"
      open={open || wrong !== null}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="flex h-9 items-center gap-2 px-3 max-md:h-12">
        <span aria-hidden>▸</span>
        Limits
        <span className="text-ink-3">
          {Object.values(form.limits).some((one) => one !== null) ? "set" : "none: it may use the whole host"}
        </span>
      </summary>
      <div className="space-y-4 border-t p-3">
        {host.racct ? null : (
          <Notice tone="warn" quiet title={NOT_HELD}>
            <p>
              Add <code>kern.racct.enable=1</code> to <code>/boot/loader.conf</code> and reboot. The jail starts all the
              same.
            </p>
          </Notice>
        )}
        <LimitFields value={form.limits} onChange={(limits) => set({ limits })} problem={problem} />
      </div>
    </details>
  );
}
