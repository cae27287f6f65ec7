"use client";
import { type FormEvent, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import type { useAction } from "@/components/ui/use-action.ts";
import type { Arrival } from "@/server/contract/archive.ts";
import type { JobRef } from "@/server/contract/job.ts";

type Props<I> = {
  /** what it was, shown as a proposal */
  was: { name: string; hostname: string; addresses: string };
  action: ReturnType<typeof useAction<I, JobRef>>;
  input: (as: Arrival) => I;
  label: string;
  pending: string;
  onJob: (job: string) => void;
};

/** Who a jail becomes that is made of an archive or of another jail. */
export function ArrivalForm<I>({ was, action, input, label, pending, onJob }: Props<I>) {
  const [name, setName] = useState(was.name);
  const [hostname, setHostname] = useState(was.hostname);
  const [addresses, setAddresses] = useState(was.addresses);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const list = addresses.split(/[\s,]+/).filter((one) => one !== "");
    const as: Arrival = {
      name,
      hostname,
      ip4: list.filter((one) => !one.includes(":")),
      ip6: list.filter((one) => one.includes(":")),
    };
    const result = await action.run(input(as));
    if (result.ok) onJob(result.value.job);
  };
  const at = (...fields: string[]) =>
    fields.flatMap((field) => [action.problem(field), action.problem(`as.${field}`)]).find((one) => one) ?? null;
  const errors = { name: at("name"), hostname: at("hostname"), addresses: at("ip4", "ip6", "interface") };
  const placed = Object.values(errors).some((one) => one !== null);
  return (
    <form onSubmit={(event) => void submit(event)} className="space-y-3" noValidate>
      {action.failure && !placed ? <FailureNotice failure={action.failure} /> : null}
      <TextField label="Name" mono value={name} onChange={setName} error={errors.name} />
      <TextField label="Host name" mono value={hostname} onChange={setHostname} error={errors.hostname} />
      <TextField
        label="Addresses"
        mono
        hint="Separated by blanks. They must be free and in one of the host's pools."
        value={addresses}
        onChange={setAddresses}
        error={errors.addresses}
      />
      <Button kind="primary" type="submit" busy={action.pending && pending}>
        {label}
      </Button>
    </form>
  );
}
