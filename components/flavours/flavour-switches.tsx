"use client";
import { Section } from "@/components/panel/page.tsx";
import { Select } from "@/components/ui/field.tsx";
import type { Flavour } from "@/server/contract/flavour.ts";
import { SWITCH_WORDS } from "../jails/switch-words.ts";

type Settings = Flavour["settings"];
const OPTIONS = [
  { value: "", label: "as the form has it" },
  { value: "on", label: "on" },
  { value: "off", label: "off" },
];
const wordOf = (value: boolean | undefined): string => (value === undefined ? "" : value ? "on" : "off");

/** What the form of a new jail is set to when the flavour is chosen; it can still be changed there. */
export function FlavourSwitches({
  settings,
  onChange,
}: {
  settings: Settings;
  onChange: (settings: Settings) => void;
}) {
  return (
    <Section title="Settings">
      <p className="text-13 text-ink-3">
        Set in the form of a new jail when this flavour is chosen; still to be changed there.
      </p>
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {SWITCH_WORDS.map(({ key, label, parameter }) => (
          <Select
            key={key}
            label={label}
            hint={<code>{parameter}</code>}
            value={wordOf(settings.switches[key])}
            options={OPTIONS}
            onChange={(word) => {
              const { [key]: _, ...rest } = settings.switches;
              onChange({ ...settings, switches: word === "" ? rest : { ...rest, [key]: word === "on" } });
            }}
          />
        ))}
        <Select
          label="Start at boot"
          hint={<code>jail_list</code>}
          value={wordOf(settings.autostart)}
          options={OPTIONS}
          onChange={(word) => {
            const { autostart: _, ...rest } = settings;
            onChange(word === "" ? rest : { ...rest, autostart: word === "on" });
          }}
        />
      </div>
    </Section>
  );
}
