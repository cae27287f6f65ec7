import { Notice } from "@/components/ui/notice.tsx";
import type { ErrorCode, Failure } from "@/server/contract/errors.ts";

/** What to do about it, for the codes for which there is something to say. */
const MEND: Partial<Record<ErrorCode, string>> = {
  busy: "The steps of the other job are on the jail's page.",
  address_taken: "Choose another address; stopped jails keep theirs too.",
  address_outside_pools: "Choose one inside a pool, or add a pool on the host's page.",
  interface_missing: "Look at the host's page for the interfaces that exist.",
  changed: "Look at the file as it is now, then make your change again.",
  base_missing: "Install the base jail on the host's page first.",
  checksum_mismatch: "Fetch the archive again and compare it with the MANIFEST of the release.",
  start_failed: "The step that failed says which command it was. Look at the config, mend it, start again.",
  stop_failed: "Look at the processes that are left, then try again.",
  still_mounted: "Unmount what is below the jail's path (mount -p lists it), then try again.",
  timed_out: "Look at the jail's state before you try again.",
  unavailable: "On the host: service knastd status, or see whether npm start still runs.",
};

/** What happened, what it means, what to do; an unexpected error names the line in the log. */
export function FailureNotice({ failure }: { failure: Failure }) {
  const mend = MEND[failure.code];
  return (
    <Notice tone="bad" title={failure.message}>
      {failure.problems.length > 0 ? (
        <ul className="list-none">
          {failure.problems.map((problem, i) => (
            <li key={i}>
              <code className="mr-2 text-ink-3">{problem.field}</code>
              {problem.message}
            </li>
          ))}
        </ul>
      ) : null}
      {mend ? <p>{mend}</p> : null}
      {failure.requestId && failure.code === "internal" ? (
        <p className="text-13">
          The log holds the cause under <code>{failure.requestId}</code>.
        </p>
      ) : null}
    </Notice>
  );
}
