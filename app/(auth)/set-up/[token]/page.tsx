import { PasswordForm } from "@/components/accounts/password-form.tsx";
import { setUp } from "../../actions.ts";

export default async function SetUpPage({ params }: { params: Promise<{ token: string }> }) {
  return (
    <>
      <title>Set up · knasthorst</title>
      <h1 className="mb-2 text-16 font-semibold">Who is the admin?</h1>
      <p className="mb-6 text-ink-2">
        The first of four steps: your account, the base jail, the addresses, the first jail. This link works once.
      </p>
      <PasswordForm token={(await params).token} askName submit={setUp} word="Create the admin" />
    </>
  );
}
