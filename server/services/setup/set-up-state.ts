import type { SetUpState } from "../../contract/panel.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";

/** @returns the first step of the set-up that is missing @throws KnastError unavailable once there is an admin */
export async function setUpState(): Promise<SetUpState> {
  if ((await db().account.count({ where: { role: "admin" } })) === 0) return "admin";
  const { base, jails } = await call("host.info", {}, { actor: "knast-web" });
  if (!base) return "base";
  return jails === 0 ? "jail" : "done";
}
