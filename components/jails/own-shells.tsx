"use client";
import Link from "next/link";
import { type ComponentProps, useEffect } from "react";
import { Page } from "@/components/panel/page.tsx";
import { MyShells } from "@/components/terminal/my-shells.tsx";
import { OthersShells } from "@/components/terminal/others-shells.tsx";
import type { TerminalInfo } from "@/server/contract/terminal.ts";
import { usePanel } from "./panel-context.tsx";

/** My open shells in one jail, or in all of them. */
export function OwnShells({ jail, label }: { jail?: string; label: string }) {
  const { shells, show, actions, updateShell, dropShell } = usePanel();
  const his = jail === undefined ? shells : shells.filter((one) => one.jail === jail);
  if (his.length === 0) return null;
  return (
    <MyShells
      label={label}
      shells={his}
      all={shells}
      onShow={show}
      onRename={(terminal, name) => {
        updateShell(terminal, { name: name || null });
        void actions.nameShell({ terminal, name: name || null });
      }}
      onEnd={(terminal) => {
        dropShell(terminal);
        void actions.closeShell({ terminal });
      }}
    />
  );
}

/** The page of all of them. @param first as the server knows them at this moment; @param others for an admin, those of all others */
export function ShellsPage({
  first,
  others,
}: {
  first: TerminalInfo[];
  others: ComponentProps<typeof OthersShells> | null;
}) {
  const { shells, mergeShells } = usePanel();
  useEffect(() => mergeShells(first, new Set(), new Set()), [first, mergeShells]);
  return (
    <Page
      title="My shells"
      lead="They go on when you close the panel, for every device that you come back with, until you end them or nothing has happened in them for long."
    >
      {shells.length === 0 ? (
        <p className="text-ink-2">
          No shell is open.{" "}
          <Link href="/jails" className="link">
            Open one in a jail.
          </Link>
        </p>
      ) : (
        <OwnShells label="My shells in all jails" />
      )}
      {others ? <OthersShells {...others} /> : null}
    </Page>
  );
}

/** What a link to a shell does: shows it in the dock, over its jail. */
export function ShowShell({ shell }: { shell: TerminalInfo }) {
  const { addShell } = usePanel();
  useEffect(() => addShell(shell), [shell, addShell]);
  return null;
}
