"use client";
import { Switch } from "@/components/ui/switch.tsx";
import type { SectionProps } from "./jail-form.ts";
import { SWITCH_WORDS } from "./switch-words.ts";

/** What it may do, each with its risk. */
export function CreateSwitches({ form, set }: SectionProps) {
  return (
    <fieldset>
      <legend className="mb-2 font-medium">What may it do?</legend>
      <div className="rows rounded border bg-raised">
        {SWITCH_WORDS.map(({ key, ...words }) => (
          <Switch
            key={key}
            {...words}
            checked={form.switches[key]}
            onChange={(on) => set({ switches: { ...form.switches, [key]: on } })}
          />
        ))}
        <Switch
          label="Start at boot"
          parameter="jail_list"
          detail="The host starts it by itself, with or without this panel."
          checked={form.autostart}
          onChange={(autostart) => set({ autostart })}
        />
      </div>
    </fieldset>
  );
}
