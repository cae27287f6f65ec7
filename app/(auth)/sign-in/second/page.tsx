import Link from "next/link";
import { redirect } from "next/navigation";
import { SecondStepForm } from "@/components/accounts/second-step-form.tsx";
import { secondStepWays } from "@/server/services/sign-in/second-step.ts";
import { visitor } from "../../../session.ts";
import { pendingToken } from "../../../sign-in.ts";
import { secondStep, secondStepChallenge } from "../../actions.ts";

/** Whoever has no first step behind him begins with that. */
export default async function SecondStepPage() {
  const ways = (await secondStepWays(await visitor(), await pendingToken())) ?? redirect("/sign-in");
  return (
    <>
      <title>Second step · knasthorst</title>
      <h1 className="mb-2 text-16 font-semibold">The second step</h1>
      <p className="mb-6 text-ink-2">The password was right. Now show that it is you.</p>
      <SecondStepForm ways={ways} step={secondStep} challenge={secondStepChallenge} />
      <p className="mt-6 text-13 text-ink-3">
        <Link href="/sign-in" className="link">
          Begin anew
        </Link>
      </p>
    </>
  );
}
