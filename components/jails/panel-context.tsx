"use client";
import { useRouter } from "next/navigation";
import { createContext, use, useMemo, type ReactNode } from "react";
import type { Action } from "@/components/ui/use-action.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { JailRow, Role } from "@/server/contract/panel.ts";
import type { OwnShellChoices } from "@/server/contract/shell-choice.ts";
import type { OpenTerminalForm, TerminalInfo } from "@/server/contract/terminal.ts";
import { useLive, type Live } from "./use-live.ts";
import { type Shells, useShells } from "./use-shells.ts";
import { useTrouble } from "./use-trouble.ts";

export type PanelActions = {
  start: Action<{ name: string }, JobRef>;
  stop: Action<{ name: string }, JobRef>;
  restart: Action<{ name: string }, JobRef>;
  openShell: Action<OpenTerminalForm, TerminalInfo>;
  shellChoices: Action<{ name: string }, OwnShellChoices>;
  nameShell: Action<{ terminal: string; name: string | null }, unknown>;
  closeShell: Action<{ terminal: string }, unknown>;
  listShells: Action<{ name?: string }, TerminalInfo[]>;
  signOut: Action<Record<string, never>, unknown>;
};

type Panel = Shells & {
  me: { name: string; role: Role };
  live: Live;
  actions: PanelActions;
  /** findings of the check-up that want mending; null while nobody has looked */
  trouble: number | null;
  setTrouble: (trouble: number) => void;
};

const Context = createContext<Panel | null>(null);

/** What every room of the panel shares: who I am, the live list, the verbs, my open shells. */
export function PanelProvider({
  me,
  rows,
  reachable,
  shells: first,
  actions,
  children,
}: Pick<Panel, "me" | "actions"> & {
  rows: JailRow[];
  reachable: boolean;
  /** null: the daemon could not be asked */
  shells: TerminalInfo[] | null;
  children: ReactNode;
}) {
  const router = useRouter();
  const live = useLive(rows, reachable, router.refresh);
  const [trouble, setTrouble] = useTrouble(me.role === "admin");
  const shells = useShells(first);
  const value = useMemo(
    () => ({ me, live, actions, trouble, setTrouble, ...shells }),
    [me, live, actions, trouble, setTrouble, shells],
  );
  return <Context value={value}>{children}</Context>;
}

export function usePanel(): Panel {
  const panel = use(Context);
  if (!panel) throw new Error("usePanel outside of PanelProvider");
  return panel;
}

/** The live row of one jail, undefined when it is not (or no longer) in the list. */
export const useJailRow = (name: string): JailRow | undefined => usePanel().live.rows.find((row) => row.name === name);
