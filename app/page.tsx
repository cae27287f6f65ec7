import { redirect } from "next/navigation";
import { setUpState } from "@/server/services/setup/set-up-state.ts";
import { whenReachable } from "./reach.ts";
import { requireActor } from "./session.ts";

/** The admin goes on where the set-up stopped; everybody else to his jails. */
export default async function Home() {
  const { actor } = await requireActor();
  const state = actor.role === "admin" ? await whenReachable(setUpState()) : "done";
  redirect(state === "base" ? "/set-up" : "/jails");
}
