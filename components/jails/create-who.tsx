"use client";
import { Select, TextField } from "@/components/ui/field.tsx";
import { nameOf, type SectionProps } from "./jail-form.ts";

/** For whom, and what it is called. */
export function CreateWho({ form, set, offers, problem }: SectionProps) {
  const { friends } = offers;
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
    </>
  );
}
