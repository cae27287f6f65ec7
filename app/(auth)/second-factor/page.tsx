import { redirect } from "next/navigation";
import { ProveDialog } from "@/components/accounts/prove-dialog.tsx";
import { MustHaveFactor } from "@/components/accounts/must-have-factor.tsx";
import { noPasskeysAt } from "@/server/services/second-factor/relying-party.ts";
import { signOut } from "../../(panel)/actions.ts";
import { anyActor } from "../../session.ts";
import { passkeyAdd, passkeyBegin, prove, totpBegin, totpConfirm, waysToProve } from "./actions.ts";

/** Where one is led who must have a second factor and has none; nothing else is open to him before. */
export default async function SecondFactorPage() {
  const who = await anyActor();
  if (!who) redirect("/sign-in");
  return (
    <>
      <title>Second factor · knasthorst</title>
      <h1 className="mb-2 text-16 font-semibold">A second factor, {who.ctx.actor.name}</h1>
      <p className="mb-6 text-ink-2">
        The admin of this host wants one beside the password. It takes a minute; then you go on.
      </p>
      <MustHaveFactor
        settling={who.settling}
        noPasskeys={noPasskeysAt(who.ctx.origin)}
        actions={{ totpBegin, totpConfirm, passkeyBegin, passkeyAdd }}
        signOut={signOut}
      />
      <ProveDialog ways={waysToProve} prove={prove} />
    </>
  );
}
