"use client";
import { useRef, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { formatBytes } from "@/components/ui/format.ts";
import { useAction } from "@/components/ui/use-action.ts";
import { InnerPath } from "@/server/contract/shell-file.ts";
import type { FileActions } from "./files-context.tsx";

/** For who drops nothing: choose files, name one to be loaded down, have knast-get in the jail. */
export function FilesPanel({
  terminal,
  actions,
  onFiles,
  onClose,
}: {
  terminal: string;
  actions: FileActions;
  onFiles: (files: File[]) => void;
  onClose: () => void;
}) {
  const chooser = useRef<HTMLInputElement>(null);
  const looked = useAction(actions.look);
  const given = useAction(actions.give);
  const [has, setHas] = useState(false);
  const [path, setPath] = useState("");
  const [said, setSaid] = useState<string | null>(null);
  const download = async () => {
    const wanted = InnerPath.safeParse(path);
    if (!wanted.success) return setSaid(wanted.error.issues[0]!.message);
    setSaid(null);
    const found = await looked.run({ terminal, path });
    if (!found.ok) return setSaid(found.failure.message);
    setSaid(`${found.value.name}, ${formatBytes(found.value.bytes)}, is loaded down.`);
    const link = document.createElement("a");
    link.href = `/api/shells/${terminal}/file?path=${encodeURIComponent(found.value.path)}`;
    link.download = "";
    link.click();
  };
  return (
    <section
      aria-label="Files"
      data-testid="files-panel"
      className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-t bg-raised px-3 py-2 text-13"
    >
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        data-testid="attach"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <Button small onClick={() => chooser.current?.click()}>
        Attach files
      </Button>
      <span className="text-ink-3 max-md:hidden">or drop them on the shell</span>
      <form
        className="flex min-w-0 flex-1 items-center gap-2 max-md:basis-full"
        onSubmit={(event) => {
          event.preventDefault();
          void download();
        }}
      >
        <input
          value={path}
          onChange={(event) => setPath(event.target.value)}
          aria-label="File in the jail"
          placeholder="/root/file in the jail"
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          className="h-7 min-w-0 flex-1 rounded border border-line-2 bg-raised px-2 font-mono max-md:h-10 max-md:text-16"
        />
        <Button small type="submit" busy={looked.pending && "Looking …"}>
          Download
        </Button>
      </form>
      {has ? (
        <span className="text-ink-2">
          ● In the shell: <code>knast-get FILE</code>
        </span>
      ) : (
        <Button
          small
          kind="quiet"
          busy={given.pending && "Putting it there …"}
          title="A small program that offers files to your browser: knast-get FILE"
          onClick={() => void given.run({ terminal }).then(({ ok }) => setHas(ok))}
        >
          Put knast-get into the jail
        </Button>
      )}
      <button type="button" className="link ml-auto max-md:py-2" onClick={onClose}>
        Close
      </button>
      <p role="status" className="basis-full text-ink-2 empty:hidden">
        {said ?? given.failure?.message}
      </p>
    </section>
  );
}
