"use client";
import { createContext, use, type ReactNode } from "react";
import type { Action } from "@/components/ui/use-action.ts";
import type { AdmitForm, RecordForm } from "@/server/contract/together.ts";

/** What the person of a shell does about those who look at it. */
export type TogetherActions = {
  share: Action<{ terminal: string; minutes: number }, { link: string; until: string }>;
  unshare: Action<{ terminal: string }, unknown>;
  admit: Action<AdmitForm, unknown>;
  record: Action<RecordForm, { recording: string | null }>;
};

const Context = createContext<TogetherActions | null>(null);

export function TogetherProvider({ actions, children }: { actions: TogetherActions; children: ReactNode }) {
  return <Context value={actions}>{children}</Context>;
}

/** @returns null where nothing can be done about it: on a guest's page */
export const useTogether = (): TogetherActions | null => use(Context);
