"use client";
import Link from "next/link";
import { Select, TextField } from "@/components/ui/field.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import type { SectionProps } from "./jail-form.ts";
import { freeOn, moveTo, wiresFor } from "./propose-network.ts";

/** Its addresses and where they hang, and whether it gets a network stack of its own. */
export function CreateNetwork({ form, set, host, problem }: SectionProps) {
  const vnet = form.network === "vnet";
  const wires = wiresFor(host, form.network);
  const options = wires.map((one) => ({ value: one.name, label: [one.name, ...one.addresses.slice(0, 1)].join("  ") }));
  if (!options.some((one) => one.value === form.interface))
    options.unshift({ value: form.interface, label: form.interface || "none" });
  const free = freeOn(host, form);
  const hint = (value: string, otherwise: string) =>
    value !== "" && free.includes(value) ? "The next free one of your pools." : otherwise;
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-1 xl:grid-cols-2">
        <TextField
          label="IPv4 address"
          mono
          autoComplete="off"
          value={form.ip4}
          onChange={(ip4) => set({ ip4 })}
          error={problem("ip4")}
          hint={hint(form.ip4, "Several: with blanks between.")}
        />
        <TextField
          label="IPv6 address"
          mono
          autoComplete="off"
          value={form.ip6}
          onChange={(ip6) => set({ ip6 })}
          error={problem("ip6")}
          hint={hint(form.ip6, "May stay empty.")}
        />
      </div>
      <Select
        label={vnet ? "Bridge" : "Interface"}
        mono
        value={form.interface}
        onChange={(name) => set(moveTo(host, form, { interface: name }))}
        error={problem("interface")}
        options={options}
      />
      <div className="rows rounded border bg-raised">
        <Switch
          label="A network stack of its own"
          parameter="vnet"
          detail="Its own interface, routes and firewall instead of an address of the host's; it hangs on a bridge by a cable of its own (epair)."
          risk="its root can take any address on that bridge, and reaches far more of the kernel than in another jail."
          checked={vnet}
          onChange={(on) => set(moveTo(host, form, { network: on ? "vnet" : "shared" }))}
        />
      </div>
      {vnet && wires.length === 0 ? (
        <p className="text-13 text-warn">
          ◐ This host has no bridge. The{" "}
          <Link href="/check-up" className="link">
            check-up
          </Link>{" "}
          has the lines that make one.
        </p>
      ) : null}
    </>
  );
}
