import { PasswordForm } from "@/components/accounts/password-form.tsx";
import { welcome } from "../../actions.ts";

export default async function WelcomePage({ params }: { params: Promise<{ token: string }> }) {
  return (
    <>
      <title>Welcome · knasthorst</title>
      <h1 className="mb-2 text-16 font-semibold">Choose your password</h1>
      <p className="mb-6 text-ink-2">
        Then you see your jails. This link works once; the password is known to you alone.
      </p>
      <PasswordForm token={(await params).token} submit={welcome} word="Set the password and sign in" />
    </>
  );
}
