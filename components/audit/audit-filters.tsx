"use client";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Select, TextField } from "@/components/ui/field.tsx";
import type { AuditQuery } from "@/server/contract/audit.ts";
import { RESULTS } from "./audit-words.ts";
import { queryOf, type Typed, typedOf } from "./audit-query.ts";

/** What one looks for in the trail: all of it together. */
export function AuditFilters({
  first,
  withJail = false,
  busy = false,
  onFind,
}: {
  first: AuditQuery;
  /** whether there is more than one jail to choose from */
  withJail?: boolean;
  busy?: boolean;
  onFind: (query: AuditQuery) => void;
}) {
  const [typed, setTyped] = useState<Typed>(() => typedOf(first));
  const set = (key: keyof Typed) => (value: string) => setTyped((before) => ({ ...before, [key]: value }));
  const find = (event: FormEvent) => {
    event.preventDefault();
    onFind(queryOf(typed));
  };
  const clear = () => {
    setTyped(typedOf({}));
    onFind({});
  };
  return (
    <form role="search" aria-label="Audit" onSubmit={find} className="space-y-3">
      <div className={`grid grid-cols-2 gap-3 ${withJail ? "md:grid-cols-6" : "md:grid-cols-5"}`}>
        <TextField label="Who" mono value={typed.who} onChange={set("who")} maxLength={64} />
        <TextField label="What" mono value={typed.what} onChange={set("what")} maxLength={64} placeholder="jail.stop" />
        {withJail ? <TextField label="Jail" mono value={typed.jail} onChange={set("jail")} maxLength={255} /> : null}
        <Select
          label="Result"
          value={typed.result}
          onChange={set("result")}
          options={[{ value: "", label: "any" }, ...RESULTS.map(({ value, word }) => ({ value, label: word }))]}
        />
        <TextField label="From" type="date" value={typed.from} onChange={set("from")} />
        <TextField label="To" type="date" value={typed.to} onChange={set("to")} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={busy && "Looking …"}>
          Find
        </Button>
        {Object.values(typed).some((value) => value !== "") ? <Button onClick={clear}>Show all</Button> : null}
      </div>
    </form>
  );
}
