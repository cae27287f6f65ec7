import { PasswordForm } from "@/components/accounts/password-form.tsx";
import { SignOnButton } from "@/components/accounts/sign-on-button.tsx";
import { signOnName } from "@/server/services/sign-on/own-sign-on.ts";
import { signOn, welcome } from "../../actions.ts";

export default async function WelcomePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const other = signOnName();
  return (
    <>
      <title>Welcome · knasthorst</title>
      <h1 className="mb-2 text-16 font-semibold">Choose your password</h1>
      <p className="mb-6 text-ink-2">
        Then you see your jails. This link works once; the password is known to you alone.
      </p>
      <PasswordForm token={token} submit={welcome} word="Set the password and sign in" />
      {other ? (
        <div className="mt-4">
          <SignOnButton word={`No password, but ${other}`} input={{ token }} leave={signOn} />
        </div>
      ) : null}
    </>
  );
}
