"use client";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type RefObject } from "react";
import type { InnerFile } from "@/server/contract/shell-file.ts";
import { type FileActions, type FilesOpen, useFileActions } from "./files-context.tsx";
import { FilesPanel } from "./files-panel.tsx";
import { OfferQuestion } from "./offer-question.tsx";
import { Offers } from "./offers.ts";
import { SendingList } from "./sending-list.tsx";
import { SendQueue } from "./send-queue.ts";

type Props = {
  terminal: string;
  jail: string;
  visible: boolean;
  /** where files may be dropped */
  box: RefObject<HTMLElement | null>;
  /** names the one who gets what knast-get has printed; returns what ends that */
  hear: (take: (text: string) => void) => () => void;
  /** its button stands above the screen, where it covers nothing */
  files: FilesOpen;
};

/** Files by the terminal: dropped or chosen ones go into the shell's directory, knast-get's come out when one says so. */
export function ShellFiles(props: Props) {
  const actions = useFileActions();
  return actions ? <Files {...props} actions={actions} /> : null;
}

function Files({
  terminal,
  jail,
  visible,
  box,
  hear,
  files: [open, setOpen],
  actions,
}: Props & { actions: FileActions }) {
  const queue = useMemo(() => new SendQueue(terminal, actions), [terminal, actions]);
  const items = useSyncExternalStore(
    queue.subscribe,
    () => queue.items,
    () => queue.items,
  );
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const offers = useRef(new Offers());
  const [questions, setQuestions] = useState<readonly InnerFile[]>([]);

  const send = async (files: File[], directories: string[]) => {
    setProblem(null);
    for (const name of directories)
      queue.refuse(name, "This is a directory. Pack it into one file first, with tar or zip.");
    if (files.length === 0) return;
    const place = await actions.place({ terminal }).catch(() => null);
    if (!place) setProblem("The panel can't be reached from this browser.");
    else if (!place.ok) setProblem(place.failure.message);
    else queue.add(files, place.value.directory);
  };
  const sending = useRef(send);
  sending.current = send;

  useEffect(() => {
    const area = box.current;
    if (!area) return;
    const abort = new AbortController();
    const { signal } = abort;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const hold = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = "copy";
      setOver(true);
    };
    area.addEventListener("dragenter", hold, { signal });
    area.addEventListener("dragover", hold, { signal });
    area.addEventListener(
      "dragleave",
      (event) => !area.contains(event.relatedTarget as Node | null) && setOver(false),
      { signal },
    );
    area.addEventListener(
      "drop",
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        const { files, directories } = dropped(event.dataTransfer!);
        void sending.current(files, directories);
      },
      { signal },
    );
    return () => abort.abort();
  }, [box]);

  useEffect(() => {
    return hear((text) => {
      const path = offers.current.hear(text);
      if (path === null) return;
      // What it says it is, the jail must show: without such a file there is no question.
      void actions.look({ terminal, path }).then(
        (found) => {
          if (found.ok && !offers.current.muted) setQuestions((now) => [...now, found.value]);
          else offers.current.answered(path);
        },
        () => offers.current.answered(path),
      );
    });
  }, [actions, hear, terminal]);
  useEffect(() => () => queue.cancelAll(), [queue]);

  const answered = (path: string) => {
    offers.current.answered(path);
    setQuestions((now) => now.filter((one) => one.path !== path));
  };
  const question = visible ? questions[0] : undefined;
  return (
    <>
      {over ? (
        <p className="pointer-events-none absolute inset-1 z-20 flex items-center justify-center rounded border-2 border-dashed border-accent bg-raised/80 text-16 font-medium">
          Drop: into the directory of this shell
        </p>
      ) : null}
      {question ? (
        <OfferQuestion
          key={question.path}
          jail={jail}
          terminal={terminal}
          file={question}
          onClose={() => answered(question.path)}
          onMute={() => {
            offers.current.muted = true;
            setQuestions([]);
          }}
        />
      ) : null}
      {problem ? (
        <p role="alert" className="flex shrink-0 items-center gap-3 border-t bg-raised px-3 py-1 text-13 text-bad">
          ▲ {problem}
          <button type="button" className="link ml-auto max-md:py-2" onClick={() => setProblem(null)}>
            Close
          </button>
        </p>
      ) : null}
      <SendingList items={items} queue={queue} />
      {open ? (
        <FilesPanel
          terminal={terminal}
          actions={actions}
          onFiles={(files) => void send(files, [])}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}

/** What was dropped: files, and the names of directories, which a browser hands over as something that can't be read. */
function dropped(data: DataTransfer): { files: File[]; directories: string[] } {
  const files: File[] = [];
  const directories: string[] = [];
  for (const item of data.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry?.();
    const file = item.getAsFile();
    if (entry?.isDirectory) directories.push(entry.name);
    else if (file) files.push(file);
  }
  return { files, directories };
}
