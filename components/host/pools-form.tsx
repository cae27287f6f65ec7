"use client";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Field, TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import type { HostInfo } from "@/server/contract/jail.ts";
import type { Pool } from "@/server/contract/pool.ts";
import { fieldOf, poolOf, reservedOf, rowOf, type PoolRow } from "./pool-rows.ts";
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
  const [pools, setPools] = useState<PoolRow[]>(() =>
    (host.pools.length > 0 ? host.pools : host.suggestedPools).map(rowOf),
  );
  const [saved, setSaved] = useState(false);
  const action = useAction(configure);
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const names = [...new Set([...host.interfaces.map((one) => one.name), ...pools.map((pool) => pool.interface)])];
  const change = (next: PoolRow[]) => {
    setPools(next);
    setSaved(false);
    action.setFailure(null);
  };
  const patch = (at: number, more: Partial<PoolRow>) =>
    change(pools.map((pool, i) => (i === at ? { ...pool, ...more } : pool)));
  return (
    <form
      ref={form}
      noValidate
      aria-label="Address pools"
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ pools: pools.map(poolOf) }).then((result) => {
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
            <div className="grid grid-cols-[1fr_auto] items-start gap-2 sm:grid-cols-[8rem_1fr_auto]">
              <div className="min-w-0 max-sm:col-span-2">
                <Field label="Interface" error={action.problem(fieldOf(i, "interface"))}>
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
              </div>
              <TextField
                label="Block"
                mono
                autoComplete="off"
                placeholder="10.0.2.0/24"
                value={pool.block}
                onChange={(block) => patch(i, { block: block.trim() })}
                error={action.problem(fieldOf(i, "block"))}
              />
              <Button
                className="mt-6"
                aria-label={`Take ${pool.block || "this block"} out`}
                onClick={() => change(pools.filter((_, at) => at !== i))}
              >
                Take out
              </Button>
            </div>
            <div className="grid gap-2 sm:grid-cols-2">
              <TextField
                label="Gateway"
                mono
                autoComplete="off"
                value={pool.gateway}
                onChange={(gateway) => patch(i, { gateway })}
                error={action.problem(fieldOf(i, "gateway"))}
                hint="For jails with a network stack of their own; the others use the host's."
              />
              <TextField
                label="Kept back"
                mono
                autoComplete="off"
                placeholder="10.0.2.2-10.0.2.9 10.0.2.254"
                value={pool.reserved}
                onChange={(reserved) => patch(i, { reserved })}
                error={action.problem(fieldOf(i, "reserved"))}
                hint="Addresses and ranges that no jail gets."
              />
            </div>
            <PoolStrip
              block={pool.block}
              used={used}
              own={host.interfaces.flatMap((one) => one.addresses)}
              kept={[pool.gateway.trim(), ...reservedOf(pool)].filter(Boolean)}
            />
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
        <Button onClick={() => change([...pools, { interface: names[0] ?? "", block: "", gateway: "", reserved: "" }])}>
          Add a block
        </Button>
        <span role="status" className="text-ok">
          {saved ? "● Saved" : ""}
        </span>
      </div>
    </form>
  );
}
