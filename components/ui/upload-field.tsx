"use client";
import { useEffect, useRef, useState } from "react";
import type { Failure } from "@/server/contract/errors.ts";
import type { Upload } from "@/server/contract/upload.ts";
import { Button } from "./button.tsx";
import { Field } from "./field.tsx";
import { formatBytes } from "./format.ts";
import { sendFile } from "./send-file.ts";
import type { Action } from "./use-action.ts";

/**
 * Chooses a file of this computer and sends it to the host at once. `onDone` gets the upload's id when it has arrived whole, and
 * null when another file is chosen or it was given up.
 */
export function UploadField({
  label,
  hint,
  error,
  accept,
  open,
  onDone,
}: {
  label: string;
  hint?: string;
  error?: string | null;
  accept?: string;
  open: Action<{ bytes: number }, Upload>;
  onDone: (upload: string | null) => void;
}) {
  const [file, setFile] = useState<File | null>(null);
  const [received, setReceived] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [sending, setSending] = useState(false);
  const stop = useRef<AbortController | null>(null);
  const begun = useRef<Upload | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const send = async (chosen: File) => {
    const own = new AbortController();
    stop.current = own;
    setFailure(null);
    setSending(true);
    try {
      let upload = begun.current;
      if (!upload) {
        const opened = await open({ bytes: chosen.size });
        if (!opened.ok) return setFailure(opened.failure);
        begun.current = upload = opened.value;
      }
      const failed = await sendFile(chosen, upload, { signal: own.signal, progress: setReceived });
      if (own.signal.aborted) return;
      setFailure(failed);
      if (!failed) onDone(upload.upload);
    } catch (thrown) {
      if (!own.signal.aborted) throw thrown;
    } finally {
      if (stop.current === own) setSending(false);
    }
  };
  const choose = (chosen: File | null) => {
    stop.current?.abort();
    begun.current = null;
    onDone(null);
    setFile(chosen);
    setReceived(0);
    setFailure(null);
    setSending(false);
    if (chosen && chosen.size > 0) void send(chosen);
  };
  const whole = file !== null && !sending && !failure && received === file.size;
  return (
    <div className="space-y-2">
      <Field label={label} hint={hint} error={failure?.message ?? error ?? null}>
        {(slot) => (
          <input
            {...slot}
            type="file"
            accept={accept}
            onChange={(event) => choose(event.target.files?.[0] ?? null)}
            className="w-full rounded border border-line-2 bg-raised p-1 text-14 file:mr-3 file:h-8 file:rounded file:border file:border-line-2 file:bg-sunken file:px-3 file:text-ink max-md:file:h-11"
          />
        )}
      </Field>
      {file && file.size > 0 ? (
        <div className="space-y-1">
          <progress className="h-2 w-full" max={file.size} value={received} aria-label={`Sending ${file.name}`} />
          <p className="flex flex-wrap items-center gap-3 text-13 text-ink-2" role="status">
            <span className="tabular-nums">
              {whole
                ? `● ${formatBytes(file.size)} on the host`
                : `${formatBytes(received)} of ${formatBytes(file.size)}`}
            </span>
            {sending ? (
              <Button kind="plain" onClick={() => choose(null)}>
                Cancel
              </Button>
            ) : failure ? (
              <Button kind="plain" onClick={() => void send(file)}>
                Go on
              </Button>
            ) : null}
          </p>
        </div>
      ) : null}
    </div>
  );
}
