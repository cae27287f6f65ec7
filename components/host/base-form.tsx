"use client";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Choice, TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import type { BaseSource } from "@/server/contract/jail.ts";
import type { JobRef } from "@/server/contract/job.ts";

/** Where the base jail comes from, and its steps as it is made. */
export function BaseForm({
  install,
  release,
  again = false,
}: {
  install: Action<{ source: BaseSource }, JobRef>;
  release: string;
  /** there is a base already, which will be replaced */
  again?: boolean;
}) {
  const [kind, setKind] = useState<BaseSource["kind"]>("host");
  const [path, setPath] = useState("");
  const [sha256, setSha256] = useState("");
  const [job, setJob] = useState<string | null>(null);
  const [ended, setEnded] = useState<"done" | "failed" | null>(null);
  const action = useAction(install);
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const source = (): BaseSource => {
    if (kind === "host") return { kind };
    if (kind === "directory") return { kind, path: path.trim() };
    return { kind, path: path.trim(), ...(sha256.trim() ? { sha256: sha256.trim().toLowerCase() } : {}) };
  };
  return (
    <div className="space-y-4">
      {job && ended !== "failed" ? null : (
        <form
          ref={form}
          noValidate
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            setEnded(null);
            void action.run({ source: source() }).then((result) => {
              if (result.ok) setJob(result.value.job);
              else focusFirstInvalid(form.current);
            });
          }}
        >
          <Choice
            legend="Where does it come from?"
            name="kind"
            value={kind}
            onChange={(value) => {
              setKind(value as BaseSource["kind"]);
              action.setFailure(null);
            }}
            options={[
              {
                value: "host",
                label: "This host's own world",
                detail: `A copy of what runs here, ${release}. Nothing to fetch.`,
              },
              {
                value: "txz",
                label: "An archive base.txz on this host",
                detail: "From a FreeBSD release; its checksum is compared with the MANIFEST beside it.",
              },
              {
                value: "directory",
                label: "A directory that holds a world",
                detail: "For example what make installworld DESTDIR=… has left.",
              },
            ]}
          />
          {kind === "host" ? null : (
            <TextField
              label={kind === "txz" ? "Path of the archive" : "Path of the directory"}
              mono
              autoComplete="off"
              placeholder={kind === "txz" ? "/root/14.2-RELEASE/base.txz" : "/usr/worlds/14.2"}
              value={path}
              onChange={setPath}
              error={action.problem("source.path") ?? action.problem("path")}
            />
          )}
          {kind === "txz" ? (
            <TextField
              label="SHA-256 of the archive"
              mono
              autoComplete="off"
              value={sha256}
              onChange={setSha256}
              error={action.problem("source.sha256") ?? action.problem("sha256")}
              hint="May stay empty when the release's MANIFEST lies beside the archive."
            />
          ) : null}
          {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
          <Button type="submit" kind={again ? "plain" : "primary"} busy={action.pending && "Beginning …"}>
            {again ? "Install the base jail anew" : "Install the base jail"}
          </Button>
        </form>
      )}
      {job ? (
        <JobProgress
          key={job}
          job={job}
          label="Steps of installing the base jail"
          onEnd={(state) => {
            setEnded(state);
            if (state === "done") router.refresh();
          }}
        />
      ) : null}
    </div>
  );
}
