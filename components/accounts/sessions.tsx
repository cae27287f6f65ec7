"use client";
import { useRouter } from "next/navigation";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Since } from "@/components/ui/since.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { SessionView } from "@/server/contract/second-factor.ts";

/** Where one is signed in, and how to end it from afar. */
export function Sessions({
  sessions,
  actions,
}: {
  sessions: SessionView[];
  actions: { endSession: Action<{ id: string }, unknown>; endOthers: Action<Record<string, never>, unknown> };
}) {
  const router = useRouter();
  const one = useAction(actions.endSession);
  const others = useAction(actions.endOthers);
  const failure = one.failure ?? others.failure;
  const after = (result: { ok: boolean }) => result.ok && router.refresh();
  return (
    <div className="space-y-3">
      {failure ? <FailureNotice failure={failure} /> : null}
      <ul aria-label="Sessions" className="rows rounded border bg-raised">
        {sessions.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1 md:min-h-9">
            <span className="mr-auto">
              {session.device}
              {session.current ? <span className="ml-2 text-13 text-ok">● this one</span> : null}
            </span>
            <code className="text-13 text-ink-2">{session.source || "–"}</code>
            <span className="text-13 text-ink-2">
              begun <Since at={session.createdAt} suffix=" ago" />, used <Since at={session.lastSeenAt} suffix=" ago" />
            </span>
            {session.current ? null : (
              <Button
                small
                aria-label={`Sign out ${session.device} at ${session.source}`}
                disabled={one.pending}
                onClick={() => void one.run({ id: session.id }).then(after)}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 ? (
        <Button busy={others.pending && "Signing out …"} onClick={() => void others.run({}).then(after)}>
          Sign out all others
        </Button>
      ) : null}
    </div>
  );
}
