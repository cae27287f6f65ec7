"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Section } from "@/components/panel/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { MadeToken, Token, TokenForm } from "@/server/contract/token.ts";
import { MakeToken } from "./make-token.tsx";
import { SecretOnce } from "./secret-once.tsx";
import { TokenTable } from "./token-table.tsx";

export type TokenActions = { make: Action<TokenForm, MadeToken>; end: Action<{ token: string }, unknown> };

/** One's own tokens, a form for a new one, and for the admin everybody's: a section of one's own page, or a page. */
export function Tokens({
  own,
  others,
  jails,
  admin,
  actions,
}: {
  own: Token[];
  others: Token[];
  /** names of the jails that a token can be narrowed to */
  jails: string[];
  admin: boolean;
  actions: TokenActions;
}) {
  const router = useRouter();
  const [made, setMade] = useState<MadeToken | null>(null);
  const [leaving, setLeaving] = useState<Token | null>(null);
  const end = useAction(actions.end);
  return (
    <div className="space-y-6">
      <Section title="A new token">
        <MakeToken
          jails={jails}
          admin={admin}
          make={actions.make}
          onMade={(token) => {
            setMade(token);
            router.refresh();
          }}
        />
        {made ? <SecretOnce made={made} onDone={() => setMade(null)} /> : null}
      </Section>
      {end.failure ? <FailureNotice failure={end.failure} /> : null}
      <Section title="Your tokens">
        <TokenTable caption="Your tokens" tokens={own} onEnd={setLeaving} />
        <p className="text-13 text-ink-3">
          A token never may more than you do at that moment. A new password, or an account that is disabled, ends all of
          them.
        </p>
      </Section>
      {admin ? (
        <Section title="Tokens of others">
          <TokenTable caption="Tokens of others" tokens={others} whose onEnd={setLeaving} />
        </Section>
      ) : null}
      <Dialog open={leaving !== null} onClose={() => setLeaving(null)} title={`End the token ${leaving?.name ?? ""}?`}>
        <p className="text-ink-2">
          What uses it is refused from its next request on, and its open shells close within seconds. It can&apos;t be
          brought back.
        </p>
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => setLeaving(null)}>Keep it</Button>
          <Button
            kind="danger"
            busy={end.pending && "Ending …"}
            onClick={() =>
              leaving &&
              void end.run({ token: leaving.id }).then((result) => {
                if (result.ok && made?.token.id === leaving.id) setMade(null);
                setLeaving(null);
                router.refresh();
              })
            }
          >
            End {leaving?.name}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
