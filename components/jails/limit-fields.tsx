"use client";
import { useState } from "react";
import { TextField } from "@/components/ui/field.tsx";
import type { Limits } from "@/server/contract/limits.ts";
import { LIMIT_WORDS, limitProblem, limitText, readLimit } from "./limit-form.ts";

/** The five limits as one types them; a text that is no limit is NaN in the value. */
export function LimitFields({
  value,
  onChange,
  problem = () => null,
  path = "limits",
  none = "no limit",
  hints = true,
}: {
  value: Limits;
  onChange: (limits: Limits) => void;
  problem?: (field: string) => string | null;
  /** where they stand in the form */
  path?: string;
  none?: string;
  /** what each means to a jail */
  hints?: boolean;
}) {
  const [texts, setTexts] = useState<Record<string, string>>(() =>
    Object.fromEntries(LIMIT_WORDS.map(({ kind }) => [kind, limitText(kind, value[kind])])),
  );
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      {LIMIT_WORDS.map(({ kind, label, resource, hint }) => (
        <TextField
          key={kind}
          label={label}
          value={texts[kind] ?? ""}
          mono
          inputMode={kind === "memoryBytes" ? "text" : "numeric"}
          placeholder={none}
          error={limitProblem(kind, value[kind]) ?? problem(`${path}.${kind}`)}
          hint={
            <>
              <code>{resource}</code> {hints ? hint : null}
            </>
          }
          onChange={(text) => {
            setTexts((now) => ({ ...now, [kind]: text }));
            onChange({ ...value, [kind]: readLimit(kind, text) });
          }}
        />
      ))}
    </div>
  );
}

/** Said wherever limits are set on a host that does not count. */
export const NOT_HELD = "Limits are written, but do not hold: kern.racct.enable=0.";
