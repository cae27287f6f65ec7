"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { OwnerSetting } from "@/server/contract/owner-settings.ts";

const WORDS: Record<OwnerSetting, { label: string; parameter: string; detail: string }> = {
  autostart: { label: "Start at boot", parameter: "jail_list", detail: "Whether the host starts the jail by itself." },
  hostname: { label: "Host name", parameter: "host.hostname", detail: "What the jail calls itself." },
  setHostname: {
    label: "Change the host name inside",
    parameter: "allow.set_hostname",
    detail: "By hostname(1) in the jail.",
  },
  fdescfs: { label: "File descriptors", parameter: "mount.fdescfs", detail: "/dev/fd in the jail." },
  procfs: { label: "/proc", parameter: "mount.procfs", detail: "For programs that ask there." },
  persist: {
    label: "Stay without processes",
    parameter: "persist",
    detail: "The jail stays up when its last process ends.",
  },
  execTimeout: { label: "Patience with the start", parameter: "exec.timeout", detail: "Seconds for each command." },
  stopTimeout: {
    label: "Patience with the stop",
    parameter: "stop.timeout",
    detail: "Seconds until its processes are killed.",
  },
};

/** Which settings of their jails owners change themselves; none of these lets a jail's root reach further. */
export function OwnerSettingsForm({
  open: first,
  all,
  save,
}: {
  open: OwnerSetting[];
  all: readonly OwnerSetting[];
  save: Action<{ open: OwnerSetting[] }, unknown>;
}) {
  const [open, setOpen] = useState(first);
  const action = useAction(save);
  const turn = async (key: OwnerSetting, on: boolean) => {
    const wished = all.filter((one) => (one === key ? on : open.includes(one)));
    if ((await action.run({ open: wished })).ok) setOpen(wished);
  };
  return (
    <div className="max-w-2xl space-y-3">
      <div className="rows rounded border bg-raised">
        {all.map((key) => (
          <Switch key={key} {...WORDS[key]} checked={open.includes(key)} onChange={(on) => void turn(key, on)} />
        ))}
      </div>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
    </div>
  );
}
