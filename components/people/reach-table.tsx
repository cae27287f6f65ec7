import Link from "next/link";
import { formatMoment } from "@/components/ui/format.ts";
import type { Reach } from "@/server/contract/panel.ts";
import { rightsWords } from "./rights-words.ts";

/** Jail by jail: what he may do, since through whom, until when, what he has open and whom he has brought along. */
export function ReachTable({ reach }: { reach: Reach }) {
  if (reach.jails.length === 0) return <p className="text-ink-2">No jail at all.</p>;
  return (
    <div className="space-y-6">
      <ul aria-label="Jails" className="rows rounded border bg-raised">
        {reach.jails.map((jail) => (
          <li key={jail.name} className="grid gap-x-4 gap-y-1 px-3 py-2 md:grid-cols-[12rem_1fr]">
            <Link href={`/jails/${jail.name}?tab=people`} className="font-mono text-13 font-semibold break-all">
              {jail.name}
            </Link>
            <div className="min-w-0">
              <span>{rightsWords(jail.rights, jail.shellAs)}</span>
              <span className="block text-13 text-ink-3">
                {jail.state}
                {jail.addresses.length > 0 ? <span className="font-mono"> {jail.addresses.join(" ")}</span> : null}
                {jail.through ? `, through ${jail.through.name}` : ""}
                {jail.endsAt ? `, until ${formatMoment(jail.endsAt)} UTC` : ""}
                {jail.shells > 0 ? `, ${jail.shells} open ${jail.shells === 1 ? "shell" : "shells"}` : ""}
                {jail.passedOn.length > 0 ? `, passed on to ${jail.passedOn.join(", ")}` : ""}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {reach.invitations.length > 0 ? (
        <p className="text-ink-2">
          {reach.invitations.length} open {reach.invitations.length === 1 ? "invitation" : "invitations"} of his.
        </p>
      ) : null}
    </div>
  );
}
