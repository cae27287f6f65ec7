"use client";
import { useState, type FormEvent } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Select, TextField } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { PortsInfo, PortsSettings } from "@/server/contract/ports.ts";
import { DAYS } from "@/server/contract/schedule.ts";

/** Where the trees come from and when they are fetched by themselves. */
export function PortsForm({
  info,
  configure,
  onSaved,
}: {
  info: PortsInfo;
  configure: Action<PortsSettings, PortsInfo>;
  onSaved: (info: PortsInfo) => void;
}) {
  const { settings } = info;
  const [url, setUrl] = useState(settings.url);
  const [branch, setBranch] = useState(settings.branch);
  const [on, setOn] = useState(settings.schedule !== null);
  const [at, setAt] = useState(settings.schedule?.at ?? "03:30");
  const [day, setDay] = useState<(typeof DAYS)[number]>(settings.schedule?.day ?? "every");
  const [saved, setSaved] = useState(false);
  const action = useAction(configure);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaved(false);
    const result = await action.run({ url, branch: branch.trim(), schedule: on ? { at, day } : null });
    setSaved(result.ok);
    if (result.ok) onSaved(result.value);
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="max-w-2xl space-y-4">
      <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
        <Select
          label="Source"
          mono
          value={url}
          onChange={setUrl}
          error={action.problem("url")}
          hint={
            <>
              Jails build what comes from there, so only root on the host adds further ones, in{" "}
              <code className="break-all">{info.sourcesFile}</code>.
            </>
          }
          options={[...new Set([...info.sources, settings.url])].map((value) => ({ value, label: value }))}
        />
        <TextField
          label="Branch"
          mono
          value={branch}
          onChange={setBranch}
          error={action.problem("branch")}
          hint="main, or a quarter like 2026Q4."
        />
      </div>
      <div className="rounded border bg-raised">
        <Switch
          label="Update by itself"
          detail="Of every base, in the host's own time zone. A time that the host slept through is made up for within six hours."
          checked={on}
          onChange={setOn}
        />
      </div>
      {on ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label="Day"
            value={day}
            onChange={(value) => setDay(value as typeof day)}
            options={DAYS.map((value) => ({ value, label: value === "every" ? "every day" : `every ${value}` }))}
          />
          <TextField label="At" mono type="time" value={at} onChange={setAt} error={action.problem("schedule")} />
        </div>
      ) : null}
      {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
      {saved ? <Notice tone="ok" title="Saved." /> : null}
      <Button type="submit" busy={action.pending && "Saving …"}>
        Save source and schedule
      </Button>
    </form>
  );
}
