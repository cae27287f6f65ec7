"use client";
import { useEffect, useState, type KeyboardEvent, type PointerEvent, type RefObject } from "react";
import { recall, remember } from "@/components/ui/remember.ts";

const SMALLEST = 160;
const REMEMBERED = "knast-dock-height";

/** How high the dock is, kept in the browser; and on a phone, whose keyboard covers the page, what is left to be seen. */
export function useDockHeight(dock: RefObject<HTMLElement | null>, shown: boolean) {
  const [height, setHeight] = useState(320);
  useEffect(() => {
    const kept = Number(recall(REMEMBERED));
    if (kept >= SMALLEST) setHeight(kept);
  }, []);
  useEffect(() => {
    const seen = window.visualViewport;
    if (!seen) return;
    const measure = () => dock.current?.style.setProperty("--seen", `${seen.height}px`);
    measure();
    seen.addEventListener("resize", measure);
    return () => seen.removeEventListener("resize", measure);
  }, [dock, shown]);
  const keep = (wanted: number) => {
    const room = (dock.current?.parentElement?.clientHeight ?? innerHeight) - 40;
    const next = Math.round(Math.max(SMALLEST, Math.min(wanted, room)));
    setHeight(next);
    remember(REMEMBERED, String(next));
  };
  return { height, keep };
}

/** The dock's upper edge, dragged or moved by arrows. */
export function DockEdge({
  dock,
  height,
  keep,
}: {
  dock: RefObject<HTMLElement | null>;
  height: number;
  keep: (height: number) => void;
}) {
  const onDrag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    keep(dock.current!.getBoundingClientRect().bottom - event.clientY);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: 24, ArrowDown: -24, PageUp: 120, PageDown: -120 }[event.key];
    if (step === undefined || event.altKey) return;
    event.preventDefault();
    keep(height + step);
  };
  return (
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the shells"
      aria-valuenow={height}
      aria-valuemin={SMALLEST}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onDrag}
      onKeyDown={onKeyDown}
      className="-mt-1 h-2 shrink-0 cursor-row-resize touch-none max-md:hidden"
    />
  );
}
