"use client";
import { createContext, use, useState, type ReactNode } from "react";
import type { Action } from "@/components/ui/use-action.ts";
import type { InnerFile, Place, Taken, Transfer } from "@/server/contract/shell-file.ts";

export type FileActions = {
  place: Action<{ terminal: string }, Place>;
  put: Action<{ terminal: string; directory: string; file: string; bytes: number; taken: Taken }, Transfer>;
  cancelPut: Action<{ terminal: string; transfer: string }, unknown>;
  look: Action<{ terminal: string; path: string }, InnerFile>;
  give: Action<{ terminal: string }, unknown>;
};

/** Whether the panel for choosing files is open, and what opens and closes it. */
export type FilesOpen = readonly [boolean, (open: boolean) => void];

const Context = createContext<FileActions | null>(null);

/** Files in and out of the shells below it; without one, shells have none of it. */
export function FilesProvider({ actions, children }: { actions: FileActions; children: ReactNode }) {
  // The first ones for good: a page that is drawn anew brings others that are the same, and files are on their way by these.
  const [kept] = useState(actions);
  return <Context value={kept}>{children}</Context>;
}

export const useFileActions = (): FileActions | null => use(Context);
