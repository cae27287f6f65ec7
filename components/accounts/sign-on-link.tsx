"use client";
import { useRouter } from "next/navigation";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { formatMoment } from "@/components/ui/format.ts";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { SignOnView } from "@/server/contract/sign-on.ts";
import { SignOnButton } from "./sign-on-button.tsx";

/** Who one is at the single sign-on, and the way to be known by it. */
export function SignOnLink({
  view,
  link,
  unlink,
}: {
  view: SignOnView;
  link: Action<Record<string, never>, { url: string }>;
  unlink: Action<{ subject: string }, unknown>;
}) {
  const router = useRouter();
  const action = useAction(unlink);
  return (
    <div className="max-w-2xl space-y-3">
      {view.linked.length > 0 ? (
        <ul aria-label="Linked sign-ons" className="rows rounded border bg-raised">
          {view.linked.map(({ subject, createdAt }) => (
            <li key={subject} className="flex items-center gap-3 px-3 py-2">
              <span className="min-w-0 flex-1">
                <code className="break-all">{subject}</code>
                <span className="block text-13 text-ink-3">
                  at {view.name} · linked {formatMoment(createdAt)} UTC
                </span>
              </span>
              <Button
                small
                disabled={!view.mayUnlink}
                aria-label={`Unlink ${subject}`}
                busy={action.pending && "Unlinking …"}
                onClick={() => void action.run({ subject }).then((result) => result.ok && router.refresh())}
              >
                Unlink
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink-2">Nobody at {view.name} is you here yet. After the link you sign in by it, too.</p>
      )}
      {view.mayUnlink ? null : (
        <p className="text-13 text-ink-3">It is your only way in, so it stays until you have a password.</p>
      )}
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <div className="w-fit">
        <SignOnButton word={`Link my account at ${view.name}`} input={{}} leave={link} />
      </div>
    </div>
  );
}
