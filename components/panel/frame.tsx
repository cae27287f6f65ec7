"use client";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { usePanel } from "@/components/jails/panel-context.tsx";
import { Rail } from "@/components/jails/rail.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { ERRORS } from "@/server/contract/errors.ts";
import { ShellDock } from "./shell-dock.tsx";
import { TopBar } from "./top-bar.tsx";

/** Bar, rail, room, dock. On a phone the rail is the first screen, a room the second, the shell the third. */
export function Frame({ children }: { children: ReactNode }) {
  const { live } = usePanel();
  // With no jail the first screen has something to say instead of an empty rail.
  const list = usePathname() === "/jails" && live.rows.length > 0;
  return (
    <div className="flex h-dvh flex-col">
      <a
        href="#room"
        className="absolute top-1 left-1 z-40 -translate-y-16 rounded border border-line-2 bg-raised px-3 py-2 focus:translate-y-0"
      >
        Skip to the room
      </a>
      <TopBar />
      {live.reachable ? null : (
        <div className="border-b p-2">
          <Notice tone="bad" title={ERRORS.unavailable.message}>
            <p>What you see is from before. This page looks again by itself.</p>
          </Notice>
        </div>
      )}
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <aside
          className={`min-h-0 w-60 shrink-0 border-r bg-raised max-md:shrink max-md:w-full max-md:flex-1 max-md:border-r-0 ${list ? "" : "max-md:hidden"}`}
        >
          <Rail />
        </aside>
        <div
          className={`flex min-h-0 min-w-0 flex-1 flex-col max-md:[&>section]:max-h-none ${list ? "max-md:flex-none" : ""}`}
        >
          <main
            id="room"
            tabIndex={-1}
            className={`min-h-0 flex-1 overflow-y-auto outline-none ${list ? "max-md:hidden" : ""}`}
          >
            {children}
          </main>
          <ShellDock />
        </div>
      </div>
    </div>
  );
}
