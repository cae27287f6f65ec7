import { randomUUID } from "node:crypto";
import { call } from "../services/daemon.ts";
import { complain } from "./become-web-account.ts";

/** Has the daemon record what root did on the host past the panel; where it is away, he is told that there is no record. */
export async function recordHere(what: string, account: string): Promise<void> {
  const entry = { who: "root", source: "-", what, account, requestId: randomUUID(), result: "ok" } as const;
  await call("audit.append", { entries: [entry] }, { actor: "root" }).catch(() =>
    complain("knastd can't be reached, so this is not in the audit trail."),
  );
}
