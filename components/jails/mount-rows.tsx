"use client";
import { Button } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Select, TextField } from "@/components/ui/field.tsx";
import type { MountSources } from "@/server/contract/mounts.ts";

type Row = { source: string; target: string; readOnly?: boolean | undefined };

/** Mounts as rows: which directory of the host, where in the jail, writable or not. Nothing can be chosen that root has not approved. */
export function MountRows({
  mounts,
  sources,
  problem,
  onChange,
}: {
  mounts: Row[];
  sources: MountSources;
  problem: (field: string) => string | null;
  onChange: (mounts: Row[]) => void;
}) {
  const usable = sources.sources.filter((one) => one.problem === null);
  const change = (at: number, patch: Partial<Row>) =>
    onChange(mounts.map((mount, i) => (i === at ? { ...mount, ...patch } : mount)));
  return (
    <div className="space-y-3">
      {mounts.map((mount, i) => (
        <fieldset key={i} className="space-y-3 rounded border p-3">
          <legend className="px-1 text-13 text-ink-3">Mount {i + 1}</legend>
          <TextField
            label="Directory of the host"
            mono
            autoComplete="off"
            list="mount-sources"
            value={mount.source}
            onChange={(source) => change(i, { source })}
            error={problem(`mounts.${i}.source`)}
          />
          <TextField
            label="Where in the jail"
            mono
            autoComplete="off"
            placeholder="/mnt"
            value={mount.target}
            onChange={(target) => change(i, { target })}
            error={problem(`mounts.${i}.target`)}
          />
          <div className="flex flex-wrap items-end justify-between gap-2">
            <Select
              label="Access"
              value={mount.readOnly === false ? "rw" : "ro"}
              onChange={(value) => change(i, { readOnly: value === "ro" })}
              error={problem(`mounts.${i}.readOnly`)}
              options={[
                { value: "ro", label: "read only" },
                { value: "rw", label: "read and write" },
              ]}
            />
            <Button
              small
              aria-label={`Remove mount ${i + 1}`}
              onClick={() => onChange(mounts.filter((_, n) => n !== i))}
            >
              Remove
            </Button>
          </div>
          {mount.readOnly === false ? (
            <p className="text-13 text-warn">
              Risk: the jail&apos;s root writes there as the host&apos;s root would, set-user-ID programs too: let no
              other account of the host into it. No other jail gets this directory.
            </p>
          ) : null}
        </fieldset>
      ))}
      <datalist id="mount-sources">
        {usable.map((one) => (
          <option key={one.path} value={one.path}>
            {one.access === "rw" ? "read and write" : "read only"}
          </option>
        ))}
      </datalist>
      <Button
        small
        disabled={usable.length === 0 || mounts.length >= 32}
        onClick={() => onChange([...mounts, { source: usable[0]?.path ?? "", target: "", readOnly: true }])}
      >
        Add a mount
      </Button>
      {sources.problem ? <p className="text-13 text-bad">▲ {sources.problem}</p> : null}
      <details open={usable.length === 0 || undefined}>
        <summary className="w-fit text-13 text-ink-3">
          {usable.length === 0
            ? "No directory of the host is approved yet. Only root on the host approves one:"
            : "Approve another directory, as root on the host"}
        </summary>
        <div className="mt-2">
          <CodeBlock path={sources.file} text={approveCommand(sources.file)} />
        </div>
      </details>
    </div>
  );
}

/** The panel can't write this file, so that who takes over the panel gets no directory of the host. */
function approveCommand(file: string): string {
  const directory = file.slice(0, file.lastIndexOf("/"));
  return `mkdir -p ${directory}\necho 'ro /data/music' >> ${file}\necho 'rw /data/anna' >> ${file}\n`;
}
