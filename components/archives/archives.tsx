"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Cancel } from "@/components/jails/cancel-job.tsx";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Section } from "@/components/panel/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { UploadField } from "@/components/ui/upload-field.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { Archive, Arrival } from "@/server/contract/archive.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { Upload } from "@/server/contract/upload.ts";
import { type ArchiveActions, ArchiveList } from "./archive-list.tsx";
import { ArrivalForm } from "./arrival-form.tsx";

type Actions = ArchiveActions & {
  restore: Action<{ archive: string; as: Arrival }, JobRef>;
  takeIn: Action<{ upload: string }, JobRef>;
  openUpload: Action<{ bytes: number }, Upload>;
  cancel: Cancel;
};

/** The admin's room of archives: all of them, one from another host, a jail made of one. */
export function Archives({ archives, actions }: { archives: Archive[]; actions: Actions }) {
  const router = useRouter();
  const restore = useAction(actions.restore);
  const takeIn = useAction(actions.takeIn);
  const [job, setJob] = useState<string | null>(null);
  const [chosen, setChosen] = useState<Archive | null>(null);
  const [upload, setUpload] = useState<string | null>(null);
  const begin = (id: string) => {
    setChosen(null);
    setJob(id);
  };
  const { manifest } = chosen ?? {};
  return (
    <>
      {job ? (
        <JobProgress
          key={job}
          job={job}
          label="Steps of the last job"
          cancel={actions.cancel}
          onEnd={() => router.refresh()}
        />
      ) : null}
      <Section title="On this host">
        {archives.length > 0 ? (
          <ArchiveList
            archives={archives}
            actions={actions}
            onJob={begin}
            onChange={() => router.refresh()}
            onRestore={setChosen}
          />
        ) : (
          <p className="text-ink-2">
            There are none yet. Archive a jail in its own room, or bring one from another host.
          </p>
        )}
      </Section>
      <Section title="From another host">
        {takeIn.failure ? <FailureNotice failure={takeIn.failure} /> : null}
        <UploadField
          label="Archive"
          hint="A file NAME-….knast.tar. All of it is checked before it is kept; nothing of it runs."
          accept=".tar"
          open={actions.openUpload}
          onDone={setUpload}
        />
        <Button
          kind="primary"
          disabled={upload === null}
          busy={takeIn.pending && "Beginning …"}
          onClick={() => void takeIn.run({ upload: upload! }).then((result) => result.ok && begin(result.value.job))}
        >
          Check and keep it
        </Button>
      </Section>
      <Dialog open={chosen !== null} onClose={() => setChosen(null)} title="Make a jail of this archive">
        <p className="mb-3 text-13 text-ink-2">
          Its config is written anew from name, host name, addresses and switches; its files come as they are. A jail
          that is there is never written over.
        </p>
        {manifest ? (
          <ArrivalForm
            key={chosen!.archive}
            was={{
              name: manifest.name,
              hostname: manifest.settings?.hostname ?? "",
              addresses: [...(manifest.settings?.ip4 ?? []), ...(manifest.settings?.ip6 ?? [])].join(" "),
            }}
            action={restore}
            input={(as) => ({ archive: chosen!.archive, as })}
            label="Restore"
            pending="Beginning …"
            onJob={begin}
          />
        ) : null}
      </Dialog>
    </>
  );
}
