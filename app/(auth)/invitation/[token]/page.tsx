import Link from "next/link";
import { PasswordForm } from "@/components/accounts/password-form.tsx";
import { AcceptInvitation } from "@/components/people/accept-invitation.tsx";
import { Promised } from "@/components/people/promised.tsx";
import { lookAtInvitation } from "@/server/services/invitations/accept-invitation.ts";
import { currentActor } from "../../../session.ts";
import { whenReachable } from "../../../reach.ts";
import { accept, acceptAsGuest } from "../../actions.ts";

export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const [offer, ctx] = await Promise.all([whenReachable(lookAtInvitation(token)), currentActor()]);
  if (!offer)
    return (
      <>
        <title>Invitation · knasthorst</title>
        <h1 className="mb-2 text-16 font-semibold">This invitation is no good</h1>
        <p className="text-ink-2">It is used up, taken back or too old. Ask for a new one.</p>
      </>
    );
  return (
    <>
      <title>Invitation · knasthorst</title>
      <h1 className="mb-2 text-16 font-semibold">{offer.by} invites you</h1>
      <p className="mb-4 text-ink-2">A jail is a FreeBSD of its own on his host. With this link you may:</p>
      <Promised offer={offer} />
      {ctx ? (
        <AcceptInvitation token={token} me={ctx.actor.name} accept={accept} />
      ) : (
        <>
          <PasswordForm token={token} askName submit={acceptAsGuest} word="Accept and sign in" />
          <p className="mt-4 text-13 text-ink-3">
            You have an account here already? <Link href="/sign-in">Sign in</Link> first, then open this link again.
          </p>
        </>
      )}
    </>
  );
}
