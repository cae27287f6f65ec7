import { redirect } from "next/navigation";
import { SignInForm } from "@/components/accounts/sign-in-form.tsx";
import { currentActor } from "../../session.ts";
import { signIn } from "../actions.ts";

export default async function SignInPage() {
  if (await currentActor()) redirect("/");
  return (
    <>
      <title>Sign in · knasthorst</title>
      <h1 className="sr-only">Sign in</h1>
      <SignInForm signIn={signIn} />
      <p className="mt-6 text-13 text-ink-3">
        No password yet? The admin of this host sends you a link. The first admin finds his in what npm start has
        printed.
      </p>
    </>
  );
}
