"use client";
import { Button } from "@/components/ui/button.tsx";
import { TextArea, TextField } from "@/components/ui/field.tsx";

/** `mode` as it is typed, octal. */
export type FileRow = { path: string; mode: string; text: string };

/** The files of a flavour with a plain editor each; all become root's. */
export function FlavourFiles({
  files,
  problem,
  onChange,
}: {
  files: FileRow[];
  problem: (field: string) => string | null;
  onChange: (files: FileRow[]) => void;
}) {
  const change = (at: number, patch: Partial<FileRow>) =>
    onChange(files.map((file, i) => (i === at ? { ...file, ...patch } : file)));
  return (
    <div className="space-y-3">
      <p className="text-13 text-ink-3">
        They belong to root. <code>/etc/rc.conf</code> is appended to the panel&apos;s own; any other file takes the
        place of the skeleton&apos;s.
      </p>
      {files.length === 0 ? (
        <p className="text-ink-2">No file yet. Add one, or leave it at settings and a script.</p>
      ) : null}
      {files.map((file, i) => (
        <fieldset key={i} className="space-y-3 rounded border p-3">
          <legend className="px-1 font-mono text-13 text-ink-3">{file.path || `File ${i + 1}`}</legend>
          <div className="grid gap-3 sm:grid-cols-[1fr_6rem]">
            <TextField
              label="Path in the jail"
              mono
              autoComplete="off"
              placeholder="/usr/local/etc/thing.conf"
              value={file.path}
              onChange={(path) => change(i, { path })}
              error={problem(`files.${i}.path`)}
            />
            <TextField
              label="Mode"
              mono
              autoComplete="off"
              value={file.mode}
              onChange={(mode) => change(i, { mode })}
              error={problem(`files.${i}.mode`) ? "Octal, 0 to 777." : null}
            />
          </div>
          <TextArea
            label="Text"
            rows={Math.min(16, Math.max(4, file.text.split("\n").length + 1))}
            value={file.text}
            onChange={(text) => change(i, { text })}
            error={problem(`files.${i}.text`)}
          />
          <Button
            small
            aria-label={`Remove ${file.path || `file ${i + 1}`}`}
            onClick={() => onChange(files.filter((_, n) => n !== i))}
          >
            Remove
          </Button>
        </fieldset>
      ))}
      {problem("files") && !files.some((_, i) => problem(`files.${i}`)) ? (
        <p role="alert" className="text-13 text-bad">
          ▲ {problem("files")}
        </p>
      ) : null}
      <Button small onClick={() => onChange([...files, { path: "", mode: "0644", text: "" }])}>
        Add a file
      </Button>
    </div>
  );
}
