"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { StateMark } from "@/components/ui/state-mark.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { HostOrder, SetOrder } from "@/server/contract/order.ts";

/** jail_list with buttons up and down; nothing is written before it is saved. */
export function OrderList({ order, save }: { order: HostOrder; save: Action<SetOrder, HostOrder> }) {
  const router = useRouter();
  const known = new Map(order.jails.map((one) => [one.name, one]));
  const names = order.list ?? order.jails.map((one) => one.name);
  const [list, setList] = useState(names);
  const [reverseStop, setReverseStop] = useState(order.reverseStop);
  const [parallelStart, setParallelStart] = useState(order.parallelStart);
  const [said, setSaid] = useState("");
  const action = useAction(save);
  const moved = useRef<{ name: string; by: -1 | 1 } | null>(null);
  const items = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // The button that was pressed keeps the focus in its new place; at an end the other one takes it.
    if (!moved.current) return;
    const { name, by } = moved.current;
    moved.current = null;
    const row = [...(items.current?.children ?? [])].find((one) => (one as HTMLElement).dataset.name === name);
    const buttons = [...(row?.querySelectorAll<HTMLButtonElement>("button") ?? [])];
    const wish = buttons[by < 0 ? 0 : 1];
    (wish?.disabled ? buttons[by < 0 ? 1 : 0] : wish)?.focus();
  }, [list]);
  const move = (name: string, by: -1 | 1) => {
    const at = list.indexOf(name);
    const to = at + by;
    if (to < 0 || to >= list.length) return;
    const next = list.toSpliced(at, 1).toSpliced(to, 0, name);
    moved.current = { name, by };
    setList(next);
    setSaid(`${name} is number ${to + 1} of ${list.length}.`);
  };
  const changed =
    list.some((name, i) => name !== names[i]) ||
    reverseStop !== order.reverseStop ||
    parallelStart !== order.parallelStart;
  if (list.length === 0) return <p className="text-ink-2">There is no jail yet whose place could be chosen.</p>;
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ list, reverseStop, parallelStart, digest: order.digest }).then((result) => {
          if (result.ok) router.refresh();
        });
      }}
    >
      {!order.enabled ? (
        <p className="text-warn">◐ jail_enable is not YES: no jail starts at boot, whatever stands here.</p>
      ) : order.list === null ? (
        <p className="text-ink-2">
          jail_list is not set: all jails start, in the order of their files, until an order is saved.
        </p>
      ) : null}
      <ol ref={items} aria-label="Order at boot" className="rows rounded border bg-raised">
        {list.map((name, i) => {
          const jail = known.get(name) ?? known.get(name.replaceAll(".", "_"));
          return (
            <li key={name} data-name={name} className="flex min-h-9 items-center gap-3 px-3 max-md:min-h-12">
              <span className="w-6 text-right font-mono text-13 text-ink-3">{i + 1}</span>
              <StateMark
                tone={jail?.running ? "ok" : jail ? "idle" : "warn"}
                word={jail?.running ? "running" : jail ? "stopped" : "no such jail"}
                short
              />
              <span className="min-w-0 flex-1 truncate font-mono text-13">
                {name}
                {jail && jail.depend.length > 0 ? (
                  <span className="text-ink-3"> after {jail.depend.join(", ")}</span>
                ) : null}
              </span>
              <Button small aria-label={`${name} up`} disabled={i === 0} onClick={() => move(name, -1)}>
                ↑
              </Button>
              <Button small aria-label={`${name} down`} disabled={i === list.length - 1} onClick={() => move(name, 1)}>
                ↓
              </Button>
            </li>
          );
        })}
      </ol>
      <p role="status" className="sr-only">
        {said}
      </p>
      <Switch
        label="Start side by side"
        parameter="jail_parallel_start"
        detail="rc.d/jail starts the jails of the list at the same time, not one after the other."
        checked={parallelStart}
        onChange={setParallelStart}
      />
      <Switch
        label="Stop in reverse"
        parameter="jail_reverse_stop"
        detail="rc.d/jail stops the last one first."
        checked={reverseStop}
        onChange={setReverseStop}
      />
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" disabled={!changed} busy={action.pending && "Saving …"}>
          Save the order
        </Button>
        {changed && order.list?.join(" ") !== list.join(" ") ? (
          <code className="min-w-0 text-13 break-all text-ink-3">sysrc jail_list="{list.join(" ")}"</code>
        ) : null}
      </div>
    </form>
  );
}
