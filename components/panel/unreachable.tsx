"use client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { usePanel } from "@/components/jails/panel-context.tsx";

/** What stands in a room while the daemon is away; the room comes back by itself when it answers. */
export function Unreachable() {
  const { live } = usePanel();
  const router = useRouter();
  const back = live.link === "live" && live.reachable;
  useEffect(() => {
    if (back) router.refresh();
  }, [back, router]);
  return (
    <div className="mx-auto max-w-xl space-y-3 p-6 pt-[12vh]">
      <title>Waiting for knastd · knasthorst</title>
      <h1 className="text-20 font-semibold">This room is empty while knastd is away.</h1>
      <p className="text-ink-2">
        The jails go on without it; only the panel can&apos;t see them. Look on the host whether it runs:{" "}
        <code>service knastd status</code>, or the terminal in which <code>npm start</code> stands.
      </p>
    </div>
  );
}
