import type { Right } from "../../../contract/panel.ts";
import type { Need } from "./rights.ts";
import type { Actor, Target, World } from "./world.ts";

export type Verdict = "reached" | "unauthenticated" | "forbidden" | "not_found";

/** What somebody is to a target; `rights` null: there is nothing of the kind for him. */
export type Standing = { known: boolean; admin: boolean; rights: readonly Right[] | null };

/** The rules: what an actor must get who wants what needs this, there. */
export const expected = (world: World, actor: Actor, need: Need, target: Target): Verdict =>
  verdictFor(
    { known: actor !== "anonymous", admin: actor === "admin", rights: world.rightsOn(actor, target) },
    need,
    target,
  );

/** The same for anybody of whom one knows what he is there. */
export function verdictFor({ known, admin, rights }: Standing, need: Need, target: Target): Verdict {
  if (need === "public") return "reached";
  if (!known) return "unauthenticated";
  switch (need) {
    case "session":
    case "own":
      return "reached";
    case "admin":
      return admin ? "reached" : "forbidden";
    case "admin on":
      return !admin ? "forbidden" : rights ? "reached" : "not_found";
    case "file":
      return rights?.includes("archive") ? "reached" : "not_found";
    case "recording":
      return !rights ? "not_found" : rights.includes("shell") && rights.includes("archive") ? "reached" : "forbidden";
    // Another's, in a jail of his: he sees it and may not take it back.
    case "job":
    case "others":
      return !rights ? "not_found" : admin ? "reached" : "forbidden";
    // His own; another's is none, for the admin too.
    case "terminal":
      return target !== "foreign" && rights?.includes("shell") ? "reached" : "not_found";
    default:
      return !rights ? "not_found" : rights.includes(need) ? "reached" : "forbidden";
  }
}
