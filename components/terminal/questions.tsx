"use client";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import type { Link } from "./screen.ts";
import { preview } from "./text.ts";

/** Asks before several lines go to a shell that would run them at once. */
export function PasteQuestion({
  text,
  onPaste,
  onClose,
}: {
  text: string | null;
  onPaste: (text: string) => void;
  onClose: () => void;
}) {
  const shown = preview(text ?? "");
  const lines = text === null ? 0 : text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").length;
  return (
    <Dialog open={text !== null} onClose={onClose} title={lines === 1 ? "Paste a line?" : `Paste ${lines} lines?`}>
      <p className="mb-3 text-ink-2">The shell runs each line as it comes.</p>
      <pre className="mb-4 max-h-60 overflow-auto rounded border bg-sunken p-2 whitespace-pre-wrap">
        {shown.begin}
        {shown.hidden > 0 ? (
          <span className="block py-1 font-sans text-warn">
            ▲ {shown.hidden.toLocaleString()} characters more, which are not shown
          </span>
        ) : null}
        {shown.end}
      </pre>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" onClick={() => text !== null && onPaste(text)}>
          Paste
        </Button>
      </div>
    </Dialog>
  );
}

/** Where the browser keeps its clipboard from the page: the person pastes into a field, by a long press or a key. */
export function PasteByHand({
  open,
  onPaste,
  onClose,
}: {
  open: boolean;
  onPaste: (text: string) => void;
  onClose: () => void;
}) {
  return (
    <Dialog open={open} onClose={onClose} title="Paste">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onPaste(String(new FormData(event.currentTarget).get("text") ?? ""));
        }}
      >
        <label className="mb-4 block">
          <span className="mb-2 block text-ink-2">This browser does not show its clipboard. Paste it here:</span>
          <textarea
            name="text"
            rows={4}
            autoFocus
            spellCheck={false}
            autoCapitalize="none"
            className="block w-full rounded border border-line-2 bg-sunken p-2 font-mono text-13 max-md:text-16"
          />
        </label>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            To the shell
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Shows where a link of the shell's output leads before it is followed: its text may say something else. */
export function LinkQuestion({ link, onClose }: { link: Link | null; onClose: () => void }) {
  return (
    <Dialog open={link !== null} onClose={onClose} title={link ? `Open ${new URL(link.url).host}?` : ""}>
      {link?.shown ? (
        <p className="mb-3 text-ink-2">
          The shell shows <q className="font-mono text-13 break-all">{link.shown}</q>. It leads to:
        </p>
      ) : null}
      <p className="mb-4 rounded border bg-sunken p-2 font-mono text-13 break-all">{link?.url}</p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <a
          href={link?.url}
          target="_blank"
          rel="noopener noreferrer"
          onClick={onClose}
          className="inline-flex h-9 items-center rounded border border-accent bg-accent px-4 font-medium text-accent-ink hover:bg-accent-2 max-md:h-12"
        >
          Open
        </a>
      </div>
    </Dialog>
  );
}
