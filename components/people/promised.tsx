import { formatMoment } from "@/components/ui/format.ts";
import type { InvitationOffer } from "@/server/contract/grants.ts";
import { rightsWords } from "./rights-words.ts";

/** What an invitation brings, in words. */
export function Promised({ offer }: { offer: InvitationOffer }) {
  return (
    <div className="mb-6 space-y-2">
      <ul className="rows rounded border bg-raised">
        {offer.grants.map((grant) => (
          <li key={grant.jail} className="px-3 py-2">
            <span className="font-mono text-13 font-semibold">{grant.jail}</span>
            <span className="block text-13 text-ink-2">
              {rightsWords(grant.rights, grant.shellAs)}
              {grant.endsAt ? `, until ${formatMoment(grant.endsAt)} UTC` : ""}
            </span>
          </li>
        ))}
      </ul>
      {offer.note ? <p className="text-ink-2">“{offer.note}”</p> : null}
    </div>
  );
}
