"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Section } from "@/components/panel/page.tsx";
import type { Action } from "@/components/ui/use-action.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { PortsInfo, PortsSettings } from "@/server/contract/ports.ts";
import { CleanUp } from "./clean-up.tsx";
import { PortsForm } from "./ports-form.tsx";
import { Trees } from "./trees.tsx";

export type PortsActions = {
  configure: Action<PortsSettings, PortsInfo>;
  update: Action<{ base?: string }, JobRef>;
  cleanHost: Action<Record<string, never>, JobRef>;
  cleanJail: Action<{ name: string }, JobRef>;
};

/** The trees, what fetches them and when, and what builds have left. */
export function Ports({ info, jails, actions }: { info: PortsInfo; jails: string[]; actions: PortsActions }) {
  const [now, setNow] = useState(info);
  const router = useRouter();
  return (
    <>
      <Section title="Trees">
        <Trees info={info} update={actions.update} onEnd={() => router.refresh()} />
      </Section>
      <Section title="Source and schedule">
        <PortsForm info={now} configure={actions.configure} onSaved={setNow} />
      </Section>
      <Section title="Log">
        {info.log.length > 0 ? (
          <pre className="overflow-x-auto rounded border bg-raised px-3 py-2 font-mono text-13">
            {info.log.join("\n")}
          </pre>
        ) : (
          <p className="text-ink-2">No tree was fetched yet.</p>
        )}
      </Section>
      <Section title="Clean up">
        <CleanUp jails={jails} cleanHost={actions.cleanHost} cleanJail={actions.cleanJail} />
      </Section>
    </>
  );
}
