"use client";
import { Select, TextField } from "@/components/ui/field.tsx";
import { GrantRight, type Preset, PRESETS, presetOf } from "@/server/contract/grants.ts";
import { ROOT } from "@/server/contract/shell-choice.ts";
import { PRESET_WORDS, RIGHT_WORDS } from "./rights-words.ts";
import { ShellAsField } from "./shell-as-field.tsx";

export type Part = {
  rights: GrantRight[];
  /** an account of the jail; root for any */
  shellAs: string;
  /** as the input of a day has it; "" for no end */
  until: string;
};

/** @returns as whom his shells run, when `limit` is as whom those of the one who gives do; what is left empty is root */
export const shellAsOf = ({ shellAs }: Part, limit: string): string =>
  limit === ROOT ? shellAs.trim() || ROOT : limit;

/** The last moment of a day where the person is, as the services want it. */
export const endOf = (until: string): string | null =>
  until === "" ? null : new Date(`${until}T23:59:59`).toISOString();
export const dayOf = (endsAt: string | null): string => (endsAt === null ? "" : endsAt.slice(0, 10));

/** What somebody may do: a preset, its ticks one by one, and an end. What one has not oneself can't be ticked. */
export function RightsFields({
  part,
  onChange,
  mine,
  mineAs,
  problem,
}: {
  part: Part;
  onChange: (part: Part) => void;
  /** the rights of who gives */
  mine: readonly string[];
  /** as whom his shells run */
  mineAs: string;
  problem: (field: "rights" | "shellAs" | "endsAt") => string | null;
}) {
  const preset = presetOf(part.rights);
  const possible = (Object.keys(PRESETS) as Preset[]).filter((name) =>
    PRESETS[name].every((right) => mine.includes(right)),
  );
  const options = [
    ...possible.map((name) => ({ value: name as string, label: PRESET_WORDS[name] })),
    ...(preset ? [] : [{ value: "", label: "a choice of your own" }]),
  ];
  const wrong = problem("rights");
  return (
    <div className="space-y-3">
      <Select
        label="What may he do?"
        value={preset ?? ""}
        options={options}
        onChange={(name) => name && onChange({ ...part, rights: [...PRESETS[name as Preset]] })}
      />
      <fieldset>
        <legend className="sr-only">Rights, one by one</legend>
        <div className="rows rounded border bg-raised">
          {Object.entries(RIGHT_WORDS).map(([right, { label, detail }]) => (
            <label key={right} className="flex cursor-pointer items-start gap-3 px-3 py-2 max-md:py-3">
              <input
                type="checkbox"
                aria-label={label}
                className="mt-1 accent-accent"
                disabled={!mine.includes(right)}
                checked={part.rights.includes(right as GrantRight)}
                onChange={(event) =>
                  onChange({
                    ...part,
                    rights: GrantRight.options.filter((one) =>
                      one === right ? event.target.checked : part.rights.includes(one),
                    ),
                  })
                }
              />
              <span>
                <span className="block">{label}</span>
                <span className="block text-13 text-ink-3">{detail}</span>
              </span>
            </label>
          ))}
        </div>
        {wrong ? (
          <p role="alert" className="mt-1 text-13 text-bad">
            ▲ {wrong}
          </p>
        ) : null}
      </fieldset>
      {part.rights.includes("shell") ? (
        <ShellAsField
          value={part.shellAs}
          onChange={(shellAs) => onChange({ ...part, shellAs })}
          limit={mineAs}
          error={problem("shellAs")}
        />
      ) : null}
      <TextField
        label="Until"
        type="date"
        value={part.until}
        onChange={(until) => onChange({ ...part, until })}
        error={problem("endsAt")}
        hint="The last day. Leave it empty for no end."
      />
    </div>
  );
}
