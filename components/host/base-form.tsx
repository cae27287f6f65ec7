"use client";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import type { Cancel } from "@/components/jails/cancel-job.tsx";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Choice, TextField } from "@/components/ui/field.tsx";
import { UploadField } from "@/components/ui/upload-field.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import type { BaseSource } from "@/server/contract/base.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { Upload } from "@/server/contract/upload.ts";

/** Where the base jail comes from, and its steps as it is made. */
export function BaseForm({
  install,
  release,
  openUpload,
  cancel,
  named = false,
  again = false,
}: {
  install: Action<{ name: string; source: BaseSource }, JobRef>;
  release: string;
  /** begins the upload of an archive */
  openUpload: Action<{ bytes: number }, Upload>;
  cancel?: Cancel;
  /** asks for a name, for a base beside the others */
  named?: boolean;
  /** there is a base already, which will be replaced */
  again?: boolean;
}) {
  const [kind, setKind] = useState<BaseSource["kind"]>("host");
  const [path, setPath] = useState("");
  const [url, setUrl] = useState("");
  const [upload, setUpload] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [sha256, setSha256] = useState("");
  const [job, setJob] = useState<string | null>(null);
  const [ended, setEnded] = useState<"done" | "failed" | null>(null);
  const action = useAction(install);
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const sum = checksumIn(sha256);
  const source = (): BaseSource => {
    const given = sum === "" ? {} : { sha256: sum };
    if (kind === "host") return { kind };
    if (kind === "upload") return { kind, upload: upload ?? "", sha256: sum };
    if (kind === "url") return { kind, url: url.trim(), ...given };
    return kind === "directory" ? { kind, path: path.trim() } : { kind, path: path.trim(), ...given };
  };
  return (
    <div className="space-y-4">
      {job && ended !== "failed" && !(named && ended === "done") ? null : (
        <form
          ref={form}
          noValidate
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            setEnded(null);
            void action
              .run({ name: named && name.trim() !== "" ? `basejail-${name.trim()}` : "basejail", source: source() })
              .then((result) => {
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
                value: "upload",
                label: "An archive base.txz on this computer",
                detail: "Sent to the host by this browser; a broken line is gone on with.",
              },
              {
                value: "url",
                label: "An archive on a server",
                detail:
                  "The host fetches it; its checksum is compared with the MANIFEST beside it before it is unpacked.",
              },
              {
                value: "directory",
                label: "A directory that holds a world",
                detail: "For example what make installworld DESTDIR=… has left.",
              },
            ]}
          />
          {named ? (
            <TextField
              label="Name"
              mono
              autoComplete="off"
              placeholder="14.2"
              value={name}
              onChange={setName}
              error={action.problem("name")}
              hint={`It is ${name.trim() === "" ? "basejail, which new jails get when nothing else is said" : `basejail-${name.trim()}, with newjail-${name.trim()} as its skeleton`}.`}
            />
          ) : null}
          {kind === "upload" ? (
            <UploadField
              label="The archive"
              accept=".txz,.xz,.tar"
              open={openUpload}
              onDone={setUpload}
              error={action.problem("source.upload")}
            />
          ) : null}
          {kind === "url" ? (
            <TextField
              label="Address of the archive"
              mono
              autoComplete="off"
              placeholder="https://download.freebsd.org/releases/amd64/14.2-RELEASE/base.txz"
              value={url}
              onChange={setUrl}
              error={action.problem("source.url")}
            />
          ) : null}
          {kind === "txz" || kind === "directory" ? (
            <TextField
              label={kind === "txz" ? "Path of the archive" : "Path of the directory"}
              mono
              autoComplete="off"
              placeholder={kind === "txz" ? "/root/14.2-RELEASE/base.txz" : "/usr/worlds/14.2"}
              value={path}
              onChange={setPath}
              error={action.problem("source.path") ?? action.problem("path")}
            />
          ) : null}
          {kind === "txz" || kind === "url" || kind === "upload" ? (
            <TextField
              label="SHA-256 of the archive"
              mono
              autoComplete="off"
              value={sha256}
              onChange={setSha256}
              error={action.problem("source.sha256") ?? action.problem("sha256")}
              hint={
                kind === "upload"
                  ? "From the release's MANIFEST; its whole line for base.txz will do."
                  : "May stay empty when the release's MANIFEST lies beside the archive."
              }
            />
          ) : null}
          {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
          <Button type="submit" kind={again ? "plain" : "primary"} busy={action.pending && "Beginning …"}>
            {named ? "Install this base" : again ? "Install the base jail anew" : "Install the base jail"}
          </Button>
        </form>
      )}
      {job ? (
        <JobProgress
          key={job}
          job={job}
          label="Steps of installing the base jail"
          cancel={cancel}
          onEnd={(state) => {
            setEnded(state);
            if (state === "done") router.refresh();
          }}
        />
      ) : null}
    </div>
  );
}

/** @returns the checksum in a line of a MANIFEST or of sha256(1), lower case; what was typed when there is none in it */
function checksumIn(text: string): string {
  return /\b[0-9a-f]{64}\b/i.exec(text)?.[0].toLowerCase() ?? text.trim();
}
