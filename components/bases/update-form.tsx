"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Cancel } from "@/components/jails/cancel-job.tsx";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { BaseView } from "@/server/contract/panel.ts";

/** Names the copy and begins; the same name exchanges the base, which goes only while no jail runs on it. */
export function UpdateForm({
  base,
  names,
  update,
  cancel,
}: {
  base: BaseView;
  names: string[];
  update: Action<{ name: string; to: string }, JobRef>;
  cancel: Cancel;
}) {
  const router = useRouter();
  const [to, setTo] = useState(() => proposal(names));
  const [job, setJob] = useState<string | null>(null);
  const [working, setWorking] = useState(false);
  const action = useAction(update);
  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ name: base.name, to: to.trim() }).then((result) => {
          if (!result.ok) return;
          setJob(result.value.job);
          setWorking(true);
        });
      }}
    >
      <p className="text-ink-2">
        {base.name} is <code>{base.release}</code>. No jail is stopped and none restarts by this step.
      </p>
      <TextField
        label="Name of the updated base"
        mono
        autoComplete="off"
        value={to}
        onChange={setTo}
        error={action.problem("to")}
        hint={
          to.trim() === base.name
            ? "It takes the old one's place, which is refused while a jail runs on it."
            : "A new base beside the old one, which stays until you remove it."
        }
      />
      <p className="text-13 text-ink-3">
        By hand:{" "}
        <code className="break-all">
          mkdir {to.trim()}; tar -cf - -C {base.name} . | tar -xpf - -C {to.trim()}; freebsd-update -b /usr/jails/
          {to.trim()} fetch install
        </code>
      </p>
      {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
      <Button type="submit" kind="primary" disabled={working} busy={action.pending && "Beginning …"}>
        Fetch and install patches
      </Button>
      {job ? (
        <JobProgress
          key={job}
          job={job}
          label="Steps of the update"
          cancel={cancel}
          onEnd={(state) => {
            setWorking(false);
            if (state === "done") router.refresh();
          }}
        />
      ) : null}
    </form>
  );
}

/** @returns a name that is free, of the day on which it is made */
function proposal(names: string[]): string {
  const day = `basejail-${new Date().toISOString().slice(0, 10).replaceAll("-", "")}`;
  const tries = [day, ..."bcdefghij".split("").map((letter) => `${day}.${letter}`)];
  return tries.find((name) => !names.includes(name)) ?? day;
}
