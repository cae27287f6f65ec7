import { call } from "../daemon.ts";
import type { Wish } from "../grants/may-give.ts";
import { mayRunAs } from "./shell-as.ts";

/**
 * Closes the shells of a person in a jail that he may not enter any more (not in that way: what is left to him there), or all of
 * them as his account has ended; who looks at one of them is told which. @throws KnastError unavailable
 */
export async function closeShellsOf(
  by: { actor: { name: string } },
  person: string,
  jail?: string,
  left: Pick<Wish, "rights" | "shellAs"> | null = null,
): Promise<void> {
  const reason = jail === undefined ? "account-ended" : "access-ended";
  const options = { actor: by.actor.name };
  const { terminals } = await call("terminal.list", {}, options);
  const his = terminals.filter((each) => each.actor === person && (jail === undefined || each.jail === jail));
  const lost = his.filter((each) => !(left?.rights.includes("shell") && mayRunAs(left.shellAs, each.account)));
  for (const { terminal } of lost)
    await call("terminal.close", { terminal, reason }, options).catch((error: { code?: string }) => {
      if (error.code !== "not_found") throw error;
    });
}
