"use client";
import Link from "next/link";
import { ButtonLink } from "@/components/ui/button.tsx";
import { JailTable } from "./jail-table.tsx";
import { usePanel } from "./panel-context.tsx";

/** The list, or what to do when there is none. */
export function Jails({ hasBase }: { hasBase: boolean }) {
  const { live, me } = usePanel();
  if (live.rows.length > 0 || !live.reachable) return <JailTable />;
  return (
    <div className="mx-auto max-w-xl space-y-4 p-6 pt-[12vh]">
      <h2 className="text-20 font-semibold">No jail yet.</h2>
      {me.role === "admin" ? (
        <>
          <p className="text-16 text-ink-2">
            A jail is a FreeBSD of your friend&apos;s own; it takes about a minute.
            {hasBase ? "" : " First the host needs a base jail, the world that all jails share."}
          </p>
          {hasBase ? (
            <ButtonLink kind="primary" href="/jails/new">
              Create the first jail
            </ButtonLink>
          ) : (
            <ButtonLink kind="primary" href="/set-up">
              Go on with the set-up
            </ButtonLink>
          )}
        </>
      ) : null}
      {me.role === "admin" ? (
        <p className="flex gap-6 pt-4 md:hidden">
          <Link href="/host" className="link py-2">
            Host
          </Link>
          <Link href="/friends" className="link py-2">
            Friends
          </Link>
        </p>
      ) : (
        <p className="text-16 text-ink-2">
          The host&apos;s admin has not given you a jail. Tell him that you are here: he assigns one on his page of
          friends, and it shows up here by itself.
        </p>
      )}
    </div>
  );
}
