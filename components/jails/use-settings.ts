"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Action } from "@/components/ui/use-action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import type { OwnJailSettings } from "@/server/contract/panel.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { ConfigureForm, PlanSettingsForm, Settings, SettingsPlan } from "@/server/contract/settings.ts";
import { formOf, rebase, sameForm, settingsOf, type SettingsFormState } from "./settings-form.ts";

export type SettingsActions = {
  read: Action<{ name: string }, OwnJailSettings>;
  plan: Action<PlanSettingsForm, SettingsPlan>;
  configure: Action<ConfigureForm, JobRef>;
};

const QUIET_MS = 250;

/**
 * The settings of a jail as they are read, typed and planned. When the file becomes another one below a changed form,
 * `theirs` is what stands there now, until one goes on with it; an untouched form just follows.
 * @param known what the page knows of the file: something else is a reason to read again
 */
export function useSettings(name: string, known: string, actions: SettingsActions) {
  const [base, setBase] = useState<OwnJailSettings | null>(null);
  const [theirs, setTheirs] = useState<OwnJailSettings | null>(null);
  const [form, setForm] = useState<SettingsFormState | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [planned, setPlanned] = useState<{ of: string; plan: SettingsPlan | null; failure: Failure | null } | null>(
    null,
  );
  const now = useRef({ base, form });
  now.current = { base, form };

  const take = useCallback((read: OwnJailSettings) => {
    setBase(read);
    setForm(formOf(read.settings));
    setTheirs(null);
    setPlanned(null);
  }, []);
  const reload = useCallback(async () => {
    const result = await actions.read({ name });
    setFailure(result.ok ? null : result.failure);
    if (!result.ok) return;
    const { base, form } = now.current;
    const settled = !base || !form || [base, result.value].some((one) => sameForm(form, formOf(one.settings)));
    if (settled) take(result.value);
    else if (result.value.digest !== base.digest) setTheirs(result.value);
  }, [name, actions, take]);
  useEffect(() => void reload().catch(() => {}), [reload, known]);

  const checked = form ? settingsOf(form) : null;
  const changed = base !== null && form !== null && !sameForm(form, formOf(base.settings));
  const wish =
    base && changed && checked?.settings && !theirs ? { name, digest: base.digest, settings: checked.settings } : null;
  const wished = wish ? JSON.stringify(wish) : "";
  useEffect(() => {
    if (wished === "") return;
    let old = false;
    const timer = setTimeout(() => {
      void actions.plan(JSON.parse(wished) as PlanSettingsForm).then(
        (result) => {
          if (old) return;
          if (!result.ok && result.failure.code === "changed") void reload();
          setPlanned(
            result.ok
              ? { of: wished, plan: result.value, failure: null }
              : { of: wished, plan: null, failure: result.failure },
          );
        },
        () => {},
      );
    }, QUIET_MS);
    return () => {
      old = true;
      clearTimeout(timer);
    };
  }, [wished, actions, reload]);

  const fits = planned !== null && planned.of === wished;
  return {
    base,
    theirs,
    form,
    failure,
    changed,
    wish: wish as { name: string; digest: string; settings: Settings } | null,
    plan: wished === "" ? null : (planned?.plan ?? null),
    stale: !fits,
    planFailure: fits ? planned.failure : null,
    problems: [
      ...(checked?.problems ?? []),
      ...(fits ? (planned.plan?.problems ?? planned.failure?.problems ?? []) : []),
    ],
    set: (patch: Partial<SettingsFormState>) => setForm((one) => one && { ...one, ...patch }),
    reset: () => base && take(base),
    reload,
    goOn: () => {
      if (!theirs || !base || !form) return;
      setForm(rebase(form, formOf(base.settings), formOf(theirs.settings)));
      setBase(theirs);
      setTheirs(null);
      setPlanned(null);
    },
  };
}
