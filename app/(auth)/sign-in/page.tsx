import { redirect } from "next/navigation";
import { SignInForm } from "@/components/accounts/sign-in-form.tsx";
import { SignOnButton } from "@/components/accounts/sign-on-button.tsx";
import { SignOnRefused } from "@/components/accounts/sign-on-refused.tsx";
import { SignOnRefusal } from "@/server/contract/sign-on.ts";
import { noPasskeysAt } from "@/server/services/second-factor/relying-party.ts";
import { signOnName } from "@/server/services/sign-on/own-sign-on.ts";
import { anyActor, visitor } from "../../session.ts";
import { passkeyChallenge, passkeySignIn, signIn, signOn } from "../actions.ts";

type Query = { "sign-on"?: unknown; error?: unknown };

export default async function SignInPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { "sign-on": why, error } = await searchParams;
  const refused = SignOnRefusal.nullable()
    .catch("failed")
    .parse(why ?? (error ? "failed" : null));
  if (!refused && (await anyActor())) redirect("/");
  const other = signOnName();
  const keys = noPasskeysAt((await visitor()).origin) === null;
  return (
    <>
      <title>Sign in · knasthorst</title>
      <h1 className="sr-only">Sign in</h1>
      {refused ? <SignOnRefused why={refused} /> : null}
      <SignInForm signIn={signIn} passkey={keys ? { challenge: passkeyChallenge, signIn: passkeySignIn } : null} />
      {other ? (
        <div className="mt-4">
          <SignOnButton word={`Sign in by ${other}`} input={{ token: null }} leave={signOn} />
        </div>
      ) : null}
      <p className="mt-6 text-13 text-ink-3">
        No password yet? The admin of this host sends you a link. The first admin finds his in what npm start has
        printed.
      </p>
    </>
  );
}
