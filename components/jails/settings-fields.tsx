"use client";
import { Select, TextField } from "@/components/ui/field.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { SETTING_NUMBERS } from "@/server/contract/settings.ts";
import type { SettingsFormState } from "./settings-form.ts";
import { FLAG_WORDS, NUMBERS, NUMBER_WORDS, SYSVIPC_WORDS } from "./settings-words.ts";

type Props = {
  form: SettingsFormState;
  set: (patch: Partial<SettingsFormState>) => void;
  problem: (field: string) => string | null;
  /** what the one who looks may change; null: all */
  open: readonly string[] | null;
};

/** Everything of a jail's config that is a choice. What the file says in a way of its own is named and left alone. */
export function SettingsFields({ form: whole, set, problem, open }: Props) {
  const may = (key: string) => open === null || open.includes(key);
  const form = open === null ? whole : shown(whole, open);
  const text = (key: "hostname" | "interface" | "ip4" | "ip6" | "depend", label: string, hint?: string) =>
    form[key] === null ? null : (
      <TextField
        label={label}
        mono
        autoComplete="off"
        value={form[key]}
        onChange={(value) => set({ [key]: value })}
        error={problem(key)}
        hint={hint}
      />
    );
  const kept = [
    form.hostname === null && "host.hostname",
    form.interface === null && "interface, ip4.addr, ip6.addr",
    form.depend === null && "depend",
    form.sysvipc === null && "sysvmsg, sysvsem, sysvshm",
    ...NUMBERS.map((key) => form[key] === null && SETTING_NUMBERS[key].parameter),
  ].filter((one) => one !== false);
  return (
    <>
      {text("hostname", "Host name")}
      {form.interface === null ? null : (
        <>
          <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-1">
            {text("ip4", "IPv4 address", "Several: with blanks between.")}
            {text("ip6", "IPv6 address", "May stay empty.")}
          </div>
          {text("interface", "Interface")}
        </>
      )}
      {text("depend", "Jails that start before it", "Names, with blanks between. They are started with it.")}
      <fieldset>
        <legend className="mb-2 font-medium">What may it do?</legend>
        <div className="rows rounded border bg-raised">
          {FLAG_WORDS.filter(({ key }) => may(key)).map(({ key, ...words }) => (
            <Switch
              key={key}
              {...words}
              checked={form[`flag.${key}`]}
              onChange={(on) => set({ [`flag.${key}`]: on })}
            />
          ))}
          {form.sysvipc === null ? null : (
            <Switch {...SYSVIPC_WORDS} checked={form.sysvipc} onChange={(sysvipc) => set({ sysvipc })} />
          )}
          {may("autostart") ? (
            <Switch
              label="Start at boot"
              parameter="jail_list"
              detail="The host starts it by itself, with or without this panel."
              checked={form.autostart}
              onChange={(autostart) => set({ autostart })}
            />
          ) : null}
        </div>
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        {NUMBERS.map((key) => {
          const value = form[key];
          if (value === null) return null;
          const { label, hint, options } = NUMBER_WORDS[key];
          const common = { label, hint, value, error: problem(key), mono: true };
          const change = (next: string) => set({ [key]: next });
          return options ? (
            <Select key={key} {...common} onChange={change} options={options} />
          ) : (
            <TextField key={key} {...common} onChange={change} inputMode="numeric" />
          );
        })}
      </div>
      {kept.length > 0 && open === null ? (
        <p className="text-13 text-ink-2">
          Set in the file in a way of its own, and left as it is: <code>{kept.join(", ")}</code>
        </p>
      ) : null}
    </>
  );
}

/** What is not open to him is not there: the admin changes it. */
function shown(form: SettingsFormState, open: readonly string[]): SettingsFormState {
  const shut = [...NUMBERS, "hostname" as const].filter((key) => !open.includes(key));
  return {
    ...form,
    interface: null,
    depend: null,
    sysvipc: null,
    ...Object.fromEntries(shut.map((key) => [key, null])),
  };
}
