import type { Problem } from "@/server/contract/errors.ts";
import { Settings, type SettingFlag, type SettingNumber } from "@/server/contract/settings.ts";
import { NUMBERS } from "./settings-words.ts";

/** The settings as they are typed. null: the file says something that the form can't show, and it stays. */
export type SettingsFormState = {
  hostname: string | null;
  interface: string | null;
  ip4: string | null;
  ip6: string | null;
  depend: string | null;
  sysvipc: boolean | null;
  autostart: boolean;
} & { [K in SettingNumber]: string | null } & { [K in SettingFlag as `flag.${K}`]: boolean };

export function formOf(settings: Settings): SettingsFormState {
  const { hostname, network, flags, sysvipc, depend, autostart } = settings;
  return {
    hostname,
    interface: network?.interface ?? null,
    ip4: network?.ip4.join(" ") ?? null,
    ip6: network?.ip6.join(" ") ?? null,
    depend: depend?.join(" ") ?? null,
    sysvipc,
    autostart,
    ...(Object.fromEntries(NUMBERS.map((key) => [key, settings[key]?.toString() ?? null])) as {
      [K in SettingNumber]: string | null;
    }),
    ...(Object.fromEntries(Object.entries(flags).map(([key, on]) => [`flag.${key}`, on])) as {
      [K in SettingFlag as `flag.${K}`]: boolean;
    }),
  };
}

const words = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** @returns the settings, or what is wrong with them by the contract alone, at the daemon's names of the fields */
export function settingsOf(form: SettingsFormState): { settings: Settings | null; problems: Problem[] } {
  const number = (text: string | null) => (text === null ? null : /^-?\d+$/.test(text.trim()) ? Number(text) : NaN);
  const parsed = Settings.safeParse({
    hostname: form.hostname?.trim() ?? null,
    network:
      form.interface === null
        ? null
        : { interface: form.interface.trim(), ip4: words(form.ip4 ?? ""), ip6: words(form.ip6 ?? "") },
    flags: Object.fromEntries(
      Object.entries(form).flatMap(([key, value]) => (key.startsWith("flag.") ? [[key.slice(5), value]] : [])),
    ),
    sysvipc: form.sysvipc,
    ...Object.fromEntries(NUMBERS.map((key) => [key, number(form[key])])),
    depend: form.depend === null ? null : words(form.depend),
    autostart: form.autostart,
  });
  if (parsed.success) return { settings: parsed.data, problems: [] };
  const problems = parsed.error.issues.map((issue): Problem => {
    const field = issue.path.join(".").replace(/^network\./, "");
    const numeric = (NUMBERS as string[]).includes(field);
    return { field, code: "invalid", message: numeric ? "This number is not among what is offered." : issue.message };
  });
  return { settings: null, problems };
}

/** What one has changed by hand stays, all else becomes what the file says now. */
export function rebase(mine: SettingsFormState, base: SettingsFormState, theirs: SettingsFormState): SettingsFormState {
  const kept = Object.entries(mine).filter(([key, value]) => value !== base[key as keyof SettingsFormState]);
  return { ...theirs, ...Object.fromEntries(kept) } as SettingsFormState;
}

export const sameForm = (a: SettingsFormState, b: SettingsFormState): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
