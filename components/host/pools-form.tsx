"use client";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field, TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import type { HostInfo, Pool } from "@/server/contract/jail.ts";
import { PoolStrip } from "./pool-strip.tsx";

/** The blocks of addresses that the admin hands out, each on its interface; the jail form proposes from them in this order. */
export function PoolsForm({
  host,
  used,
  configure,
  onSaved,
}: {
  host: HostInfo;
  used: { address: string; by: string }[];
  configure: Action<{ pools: Pool[] }, HostInfo>;
  onSaved?: () => void;
}) {
  const [pools, setPools] = useState<Pool[]>(host.pools.length > 0 ? host.pools : host.suggestedPools);
  const [saved, setSaved] = useState(false);
  const action = useAction(configure);
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const names = [...new Set([...host.interfaces.map((one) => one.name), ...pools.map((pool) => pool.interface)])];
  const change = (next: Pool[]) => {
    setPools(next);
    setSaved(false);
    action.setFailure(null);
  };
  const patch = (at: number, more: Partial<Pool>) =>
    change(pools.map((pool, i) => (i === at ? { ...pool, ...more } : pool)));
  return (
    <form
      ref={form}
      noValidate
      aria-label="Address pools"
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ pools }).then((result) => {
          if (!result.ok) return focusFirstInvalid(form.current);
          setSaved(true);
          router.refresh();
          onSaved?.();
        });
      }}
    >
      <ul className="space-y-4">
        {pools.map((pool, i) => (
          <li key={i} className="space-y-2">
            <div className="grid grid-cols-[8rem_1fr_auto] items-start gap-2">
              <Field label="Interface" error={action.problem(`pools.${i}.interface`)}>
                {(slot) => (
                  <select
                    {...slot}
                    value={pool.interface}
                    onChange={(event) => patch(i, { interface: event.target.value })}
                    className="h-9 w-full rounded border border-line-2 bg-raised px-2 font-mono text-13 max-md:h-12 max-md:text-16"
                  >
                    {names.map((name) => (
                      <option key={name}>{name}</option>
                    ))}
                  </select>
                )}
              </Field>
              <TextField
                label="Block"
                mono
                autoComplete="off"
                placeholder="10.0.2.0/24"
                value={pool.block}
                onChange={(block) => patch(i, { block: block.trim() })}
                error={action.problem(`pools.${i}.block`)}
              />
              <Button
                className="mt-6"
                aria-label={`Take ${pool.block || "this block"} out`}
                onClick={() => change(pools.filter((_, at) => at !== i))}
              >
                Take out
              </Button>
            </div>
            <PoolStrip block={pool.block} used={used} own={host.interfaces.flatMap((one) => one.addresses)} />
          </li>
        ))}
      </ul>
      {pools.length === 0 ? (
        <p className="text-ink-2">No pool: the form of a new jail then proposes no address and takes none.</p>
      ) : null}
      {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" kind="primary" busy={action.pending && "Saving …"}>
          Save the pools
        </Button>
        <Button onClick={() => change([...pools, { interface: names[0] ?? "", block: "" }])}>Add a block</Button>
        <span role="status" className="text-ok">
          {saved ? "● Saved" : ""}
        </span>
      </div>
    </form>
  );
}
