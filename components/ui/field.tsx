"use client";
import { useId, type InputHTMLAttributes, type ReactNode } from "react";
import { useTypedEarly } from "./use-typed-early.ts";

const BOX =
  "w-full rounded border border-line-2 bg-raised px-3 text-14 text-ink max-md:text-16 aria-invalid:border-bad disabled:bg-sunken disabled:text-ink-2";

const valueOf = (field: { value: string }) => field.value;

type Slot = { id: string; "aria-invalid": boolean | undefined; "aria-describedby": string | undefined };

/** Label above, hint and error below, tied together for a screen reader; the error stands before the hint, as it is what matters. */
export function Field({
  label,
  hint,
  error,
  optional,
  children,
}: {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  optional?: boolean;
  children: (slot: Slot) => ReactNode;
}) {
  const id = useId();
  const described = [error ? `${id}-error` : null, hint ? `${id}-hint` : null].filter(Boolean).join(" ");
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-14 font-medium">
        {label}
      </label>
      {optional ? <span className="sr-only">optional</span> : null}
      {children({ id, "aria-invalid": error ? true : undefined, "aria-describedby": described || undefined })}
      {error ? (
        <p id={`${id}-error`} role="alert" className="mt-1 text-13 text-bad">
          ▲ {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-13 text-ink-3">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

type Text = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: string | null;
  mono?: boolean;
} & Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value">;

export function TextField({ label, value, onChange, hint, error, mono, className = "", ...rest }: Text) {
  const field = useTypedEarly<HTMLInputElement>(value, valueOf, onChange);
  return (
    <Field label={label} hint={hint} error={error}>
      {(slot) => (
        <input
          {...rest}
          {...slot}
          ref={field}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          spellCheck={false}
          autoCapitalize="none"
          className={`${BOX} h-9 max-md:h-12 ${mono ? "font-mono md:text-13" : ""} ${className}`}
        />
      )}
    </Field>
  );
}

export function TextArea({
  label,
  value,
  onChange,
  hint,
  error,
  rows = 3,
  placeholder,
}: Pick<Text, "label" | "value" | "onChange" | "hint" | "error" | "placeholder"> & { rows?: number }) {
  const field = useTypedEarly<HTMLTextAreaElement>(value, valueOf, onChange);
  return (
    <Field label={label} hint={hint} error={error}>
      {(slot) => (
        <textarea
          {...slot}
          ref={field}
          rows={rows}
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
          spellCheck={false}
          className={`${BOX} block resize-y py-2 font-mono text-13`}
        />
      )}
    </Field>
  );
}

export function Select({
  label,
  value,
  onChange,
  options,
  hint,
  error,
  mono,
}: Pick<Text, "label" | "value" | "onChange" | "hint" | "error" | "mono"> & {
  options: { value: string; label: string }[];
}) {
  // A value that is no option leaves the first one shown: that is nobody's choice.
  const chosen = (box: HTMLSelectElement) => (options.some((one) => one.value === value) ? box.value : null);
  const field = useTypedEarly<HTMLSelectElement>(value, chosen, onChange);
  return (
    <Field label={label} hint={hint} error={error}>
      {(slot) => (
        <select
          {...slot}
          ref={field}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={`${BOX} h-9 text-ellipsis max-md:h-12 ${mono ? "font-mono md:text-13" : ""}`}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** One of several ways: a row of radio buttons, each with a sentence. */
export function Choice({
  legend,
  name,
  value,
  onChange,
  options,
}: {
  legend: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  options: { value: string; label: string; detail: ReactNode }[];
}) {
  const chosen = (set: HTMLFieldSetElement) => set.querySelector<HTMLInputElement>("input:checked")?.value ?? null;
  const field = useTypedEarly<HTMLFieldSetElement>(value, chosen, onChange);
  return (
    <fieldset ref={field}>
      <legend className="mb-2 font-medium">{legend}</legend>
      <div className="rows rounded border bg-raised">
        {options.map((option) => (
          <label key={option.value} className="flex cursor-pointer items-start gap-3 px-3 py-2 max-md:py-3">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={value === option.value}
              onChange={() => onChange(option.value)}
              aria-label={option.label}
              className="mt-1 accent-accent"
            />
            <span>
              <span className="block">{option.label}</span>
              <span className="block text-13 text-ink-3">{option.detail}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
