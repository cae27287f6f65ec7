"use client";
import { useId, type ReactNode } from "react";
import { useHydrated } from "./use-hydrated.ts";

/** A switch in a row of its own: what it is called, the parameter that it sets, what it means, what it risks. The word on or off stands beside the knob. */
export function Switch({
  label,
  parameter,
  detail,
  risk,
  checked,
  onChange,
}: {
  label: string;
  parameter?: string;
  detail: ReactNode;
  risk?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  const hydrated = useHydrated();
  return (
    <div className="flex min-h-12 items-start gap-3 px-3 py-2">
      <div className="min-w-0 flex-1">
        <label id={`${id}-label`} htmlFor={id} className="cursor-pointer">
          {label}
        </label>
        {parameter ? <code className="ml-2 break-words text-13 text-ink-3">{parameter}</code> : null}
        <p id={`${id}-detail`} className="text-13 text-ink-3">
          {detail}
          {risk ? <span className="block text-warn">Risk: {risk}</span> : null}
        </p>
      </div>
      <button
        id={id}
        type="button"
        role="switch"
        disabled={!hydrated}
        aria-checked={checked}
        aria-labelledby={`${id}-label`}
        aria-describedby={`${id}-detail`}
        onClick={() => onChange(!checked)}
        className="flex h-7 shrink-0 items-center gap-2 rounded px-1 max-md:h-10"
      >
        <span aria-hidden className="w-6 text-right font-mono text-13 text-ink-2">
          {checked ? "on" : "off"}
        </span>
        <span
          aria-hidden
          className={`flex h-4 w-7 items-center rounded border px-px ${
            checked ? "justify-end border-ink bg-ink" : "justify-start border-line-2 bg-sunken"
          }`}
        >
          <span className={`size-3 rounded-sm ${checked ? "bg-paper" : "bg-line-2"}`} />
        </span>
      </button>
    </div>
  );
}
