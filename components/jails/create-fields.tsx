"use client";
import { Select, TextArea, TextField } from "@/components/ui/field.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import type { HostInfo } from "@/server/contract/jail.ts";
import type { AccountRef } from "@/server/contract/panel.ts";
import { nameOf, type JailFormState } from "./jail-form.ts";
import { SWITCH_WORDS } from "./switch-words.ts";

/** The fields in the order in which an admin thinks: for whom, what host, where, which keys, what may it do. */
export function CreateFields({
  form,
  set,
  host,
  friends,
  problem,
}: {
  form: JailFormState;
  set: (patch: Partial<JailFormState>) => void;
  host: HostInfo;
  friends: AccountRef[];
  problem: (field: string) => string | null;
}) {
  const interfaces = host.interfaces.map((one) => ({
    value: one.name,
    label: [one.name, ...one.addresses.slice(0, 1)].join("  "),
  }));
  if (form.interface && !interfaces.some((one) => one.value === form.interface))
    interfaces.unshift({ value: form.interface, label: form.interface });
  return (
    <>
      <Select
        label="Who is it for?"
        value={form.owner ?? ""}
        onChange={(owner) => set({ owner: owner || null })}
        error={problem("owner")}
        hint={friends.length === 0 ? "No friend has an account yet; you can give the jail to one later." : undefined}
        options={[
          { value: "", label: "For me, or for later" },
          ...friends.map((friend) => ({ value: friend.id, label: friend.name })),
        ]}
      />
      <TextField
        label="Host name"
        mono
        autoFocus
        autoComplete="off"
        placeholder="erdgeist.org"
        value={form.hostname}
        onChange={(hostname) => set({ hostname: hostname.toLowerCase() })}
        error={problem("hostname")}
      />
      <TextField
        label="Name of the jail"
        mono
        autoComplete="off"
        value={nameOf(form)}
        onChange={(name) => set({ name: name === "" ? null : name })}
        error={problem("name")}
        hint={
          form.name === null
            ? "Made from the host name: dots are unwelcome in rc.conf's variables."
            : "Empty it to have it made from the host name."
        }
      />
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-1 xl:grid-cols-2">
        <TextField
          label="IPv4 address"
          mono
          autoComplete="off"
          value={form.ip4}
          onChange={(ip4) => set({ ip4 })}
          error={problem("ip4")}
          hint={
            host.freeIp4 && form.ip4 === host.freeIp4.address
              ? "The next free one of your pools."
              : "Several: with blanks between."
          }
        />
        <TextField
          label="IPv6 address"
          mono
          autoComplete="off"
          value={form.ip6}
          onChange={(ip6) => set({ ip6 })}
          error={problem("ip6")}
          hint="May stay empty."
        />
      </div>
      <Select
        label="Interface"
        mono
        value={form.interface}
        onChange={(name) => set({ interface: name })}
        error={problem("interface")}
        options={interfaces}
      />
      <TextArea
        label="SSH keys"
        value={form.sshKeys}
        onChange={(sshKeys) => set({ sshKeys })}
        error={problem("sshKeys")}
        placeholder="ssh-ed25519 AAAA… anna@laptop"
        hint={
          <>
            One public key a line, for <code>/home/admin/.ssh/authorized_keys</code> in the jail. May stay empty.
          </>
        }
      />
      <fieldset>
        <legend className="mb-2 font-medium">What may it do?</legend>
        <div className="rows rounded border bg-raised">
          {SWITCH_WORDS.map(({ key, ...words }) => (
            <Switch
              key={key}
              {...words}
              checked={form.switches[key]}
              onChange={(on) => set({ switches: { ...form.switches, [key]: on } })}
            />
          ))}
          <Switch
            label="Start at boot"
            parameter="jail_list"
            detail="The host starts it by itself, with or without this panel."
            checked={form.autostart}
            onChange={(autostart) => set({ autostart })}
          />
        </div>
      </fieldset>
      <TextField
        label="Name servers"
        mono
        autoComplete="off"
        value={form.nameservers}
        placeholder={host.nameservers.join(" ") || "none on the host"}
        onChange={(nameservers) => set({ nameservers })}
        error={problem("nameservers")}
        hint={
          <>
            For the jail&apos;s <code>/etc/resolv.conf</code>; the host&apos;s own when empty.
          </>
        }
      />
    </>
  );
}
