import { Jails } from "@/components/jails/jails.tsx";
import { setUpState } from "@/server/services/setup/set-up-state.ts";
import { whenReachable } from "../../reach.ts";
import { requireActor } from "../../session.ts";

export default async function JailsPage() {
  const { actor } = await requireActor();
  const state = actor.role === "admin" ? await whenReachable(setUpState()) : "done";
  return (
    <>
      <title>Jails · knasthorst</title>
      <h1 className="sr-only">Jails</h1>
      <Jails hasBase={state !== "base"} />
    </>
  );
}
