"use client";
import { Select } from "@/components/ui/field.tsx";
import type { SectionProps } from "./jail-form.ts";

/** What lies in it from the beginning. */
export function CreateBase({ form, set, offers, problem }: SectionProps) {
  const usable = offers.flavours.filter((one) => one.problem === null);
  const chosen = usable.find((one) => one.name === form.flavour);
  return (
    <>
      {offers.bases && offers.bases.length > 1 ? (
        <Select
          label="Base"
          value={form.base}
          error={problem("base")}
          hint="The world that it shares, read-only; it can be moved to another one later."
          onChange={(base) => set({ base })}
          options={offers.bases.map((name) => ({ value: name, label: name }))}
        />
      ) : null}
      <Select
        label="Flavour"
        value={form.flavour ?? ""}
        error={problem("flavour")}
        hint={
          chosen
            ? [chosen.description, chosen.firstBoot ? "It runs a script inside the jail at its first start." : ""].join(
                " ",
              )
            : "Files and settings laid over the skeleton, for example for a database. None: a plain FreeBSD."
        }
        onChange={(value) => {
          const flavour = usable.find((one) => one.name === value);
          const { switches = {}, autostart } = flavour?.settings ?? {};
          set({
            flavour: flavour?.name ?? null,
            switches: { ...form.switches, ...switches },
            ...(autostart === undefined ? {} : { autostart }),
          });
        }}
        options={[
          { value: "", label: "None" },
          ...usable.map((one) => ({ value: one.name, label: `${one.title} (${one.name})` })),
        ]}
      />
    </>
  );
}
