"use client";
import { useRouter } from "next/navigation";
import { useRef, useState, type FormEvent } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Section } from "@/components/panel/page.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { TextArea, TextField } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import type { Flavour } from "@/server/contract/flavour.ts";
import type { JobRef } from "@/server/contract/job.ts";
import { FlavourFiles, type FileRow } from "./flavour-files.tsx";
import { FlavourSwitches } from "./flavour-switches.tsx";

const EMPTY: Flavour = {
  name: "",
  title: "",
  description: "",
  files: [],
  settings: { switches: {} },
  firstBoot: "",
};
const rowOf = (file: Flavour["files"][number]): FileRow => ({ ...file, mode: file.mode.toString(8).padStart(4, "0") });

/** A flavour as a form: what it is called, what it sets, its files as text, its script. */
export function EditFlavour({
  flavour,
  copy,
  save,
}: {
  flavour: Flavour | null;
  /** a built-in one: saved under another name */
  copy: boolean;
  save: Action<{ flavour: Flavour }, JobRef>;
}) {
  const [form, setForm] = useState(() => ({ ...(flavour ?? EMPTY), ...(copy ? { name: "" } : {}) }));
  const [files, setFiles] = useState<FileRow[]>(() => form.files.map(rowOf));
  const [job, setJob] = useState<string | null>(null);
  const action = useAction(save);
  const router = useRouter();
  const ref = useRef<HTMLFormElement>(null);
  const set = (patch: Partial<Flavour>) => {
    setForm((now) => ({ ...now, ...patch }));
    action.setFailure(null);
  };
  const problem = (field: string) => action.problem(`flavour.${field}`);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setJob(null);
    const sent = files.map((file) => ({
      path: file.path.trim(),
      text: file.text,
      // What is no octal number comes back as a problem of this field.
      mode: /^[0-7]{1,4}$/.test(file.mode) ? parseInt(file.mode, 8) : -1,
    }));
    const result = await action.run({ flavour: { ...form, name: form.name.trim(), files: sent } });
    if (result.ok) setJob(result.value.job);
    else focusFirstInvalid(ref.current);
  };
  const known = flavour !== null && !copy;
  return (
    <form ref={ref} noValidate className="max-w-3xl space-y-6" onSubmit={(event) => void submit(event)}>
      <div className="space-y-4">
        <TextField
          label="Name"
          mono
          autoComplete="off"
          disabled={known}
          value={form.name}
          onChange={(name) => set({ name: name.toLowerCase() })}
          error={problem("name")}
          hint={known ? undefined : "Its directory is called so."}
        />
        <TextField
          label="Title"
          autoComplete="off"
          value={form.title}
          onChange={(title) => set({ title })}
          error={problem("title")}
        />
        <TextField
          label="Description"
          autoComplete="off"
          value={form.description}
          onChange={(description) => set({ description })}
          error={problem("description")}
          hint="One sentence, shown in the form of a new jail."
        />
      </div>
      <FlavourSwitches settings={form.settings} onChange={(settings) => set({ settings })} />
      <Section title="Files">
        <FlavourFiles
          files={files}
          problem={problem}
          onChange={(next) => {
            setFiles(next);
            action.setFailure(null);
          }}
        />
      </Section>
      <Section title="First start">
        <TextArea
          label="Script"
          rows={8}
          value={form.firstBoot}
          onChange={(firstBoot) => set({ firstBoot })}
          error={problem("firstBoot")}
          placeholder={"pkg install -y nginx\nservice nginx start"}
          hint={
            <>
              Run by sh(1) as the jail&apos;s root, inside it and once: rc(8) does so while the file{" "}
              <code>/firstboot</code> is there. What it says goes to <code>/var/log/first-boot.log</code>. May stay
              empty.
            </>
          }
        />
      </Section>
      {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
      {action.failure && action.failure.problems.length > 0 ? (
        <Notice tone="bad" title={action.failure.message}>
          <p>Nothing was changed. The field says what is wrong.</p>
        </Notice>
      ) : null}
      {job ? (
        <JobProgress
          key={job}
          job={job}
          label={`Steps of saving ${form.name}`}
          onEnd={(end) => end === "done" && router.push("/flavours")}
        />
      ) : null}
      <div className="flex gap-2">
        <Button type="submit" kind="primary" busy={action.pending && "Saving …"}>
          {form.name ? `Save ${form.name}` : "Save the flavour"}
        </Button>
        <ButtonLink href="/flavours">Back to the flavours</ButtonLink>
      </div>
    </form>
  );
}
