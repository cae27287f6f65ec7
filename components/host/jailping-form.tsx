"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Select } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { JailpingInfo } from "@/server/contract/jailping.ts";

/** The switch of row 17: the host pings for jails, as those have no raw sockets. */
export function JailpingForm({
  first,
  configure,
}: {
  first: JailpingInfo;
  configure: Action<{ address: string | null }, JailpingInfo>;
}) {
  const [info, setInfo] = useState(first);
  const [chosen, setChosen] = useState(first.address ?? first.choices[0] ?? "");
  const action = useAction(configure);
  const set = async (address: string | null) => {
    const result = await action.run({ address });
    if (result.ok) setInfo(result.value);
  };
  return (
    <div className="max-w-2xl space-y-3">
      <div className="rounded border bg-raised">
        <Switch
          label="Ping for jails"
          parameter={info.address ? `${info.address} port 79` : "port 79"}
          detail="A jail asks by finger(1); the host sends four pings and answers. New jails get /usr/local/bin/jailping and csh's alias ping. Six a minute for each jail, thirty for all."
          risk="a jail learns which hosts answer, also those that only this host reaches."
          checked={info.address !== null}
          onChange={(on) => void set(on ? chosen : null)}
        />
      </div>
      <Select
        label="At the host's address"
        mono
        value={chosen}
        error={action.problem("address")}
        onChange={(value) => {
          setChosen(value);
          if (info.address !== null) void set(value);
        }}
        options={[...new Set([...info.choices, ...(info.address ? [info.address] : [])])].map((value) => ({
          value,
          label: value,
        }))}
      />
      {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
      {info.problem ? <Notice tone="warn" title={info.problem} /> : null}
      {info.listening ? (
        <>
          <p className="text-ink-2">
            <span aria-hidden className="mr-2 text-ok">
              ●
            </span>
            It listens. A jail that was made before has no script yet, but asks as well:
          </p>
          <CodeBlock path="in a jail" text={`finger erdgeist.org@${info.address}\n`} />
        </>
      ) : null}
    </div>
  );
}
