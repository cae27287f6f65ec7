import type { HostInfo } from "@/server/contract/jail.ts";
import type { JailFormState } from "./jail-form.ts";

type Host = Pick<HostInfo, "interfaces" | "free">;
type Network = Pick<JailFormState, "network" | "interface" | "ip4" | "ip6">;

/** Where a jail of this kind can hang: a stack of its own hangs on a bridge, an address on any interface. */
export const wiresFor = (host: Host, network: Network["network"]): Host["interfaces"] =>
  network === "vnet" ? host.interfaces.filter((one) => one.bridge) : host.interfaces;

/** @returns the free addresses that a jail on this wire may take: of its pools and, for a stack of its own, of the bridge's members */
export function freeOn(host: Host, { network, interface: wire }: Pick<Network, "network" | "interface">): string[] {
  const members = host.interfaces.find((one) => one.name === wire)?.members ?? [];
  const wires = network === "vnet" ? [wire, ...members] : [wire];
  return host.free.filter((one) => wires.includes(one.interface)).map((one) => one.address);
}

/**
 * The form's fields after another kind of network or another interface was chosen.
 * An address that was typed stays; one that was proposed, or none, gives way to what is free there.
 */
export function moveTo(host: Host, form: Network, change: Partial<Pick<Network, "network" | "interface">>): Network {
  const network = change.network ?? form.network;
  const wires = wiresFor(host, network);
  const kept = change.interface ?? (wires.some((one) => one.name === form.interface) ? form.interface : undefined);
  const withFree = wires.find((one) => freeOn(host, { network, interface: one.name }).length > 0);
  const wire = kept ?? withFree?.name ?? wires[0]?.name ?? "";
  const free = freeOn(host, { network, interface: wire });
  const proposed = new Set(["", ...host.free.map((one) => one.address)]);
  const next = (old: string, six: boolean): string =>
    proposed.has(old.trim()) ? (free.find((address) => address.includes(":") === six) ?? "") : old;
  return { network, interface: wire, ip4: next(form.ip4, false), ip6: next(form.ip6, true) };
}
