"use client";
import { useEffect, useId, useRef, type ReactNode } from "react";

/** A modal dialog on the browser's own <dialog>: it keeps the focus inside, Esc closes it, the focus goes back to where it was. */
export function Dialog({
  open,
  onClose,
  title,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className="m-auto w-[min(36rem,calc(100vw-2rem))] rounded border border-line-2 bg-raised p-0 shadow-over"
    >
      {open ? (
        <div className="p-5">
          <h2 id={id} className="mb-3 text-16 font-semibold">
            {title}
          </h2>
          {children}
        </div>
      ) : null}
    </dialog>
  );
}
