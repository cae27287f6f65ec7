import { Tokens } from "@/components/accounts/tokens.tsx";
import { Page } from "@/components/panel/page.tsx";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { listTokens, listTokensOfOthers } from "@/server/services/tokens/list-tokens.ts";
import { whenReachable } from "../../../reach.ts";
import { requireActor } from "../../../session.ts";
import { end, make } from "./actions.ts";

export default async function TokensPage() {
  const ctx = await requireActor();
  const admin = ctx.actor.role === "admin";
  const [own, others, rows] = await Promise.all([
    listTokens(ctx),
    admin ? listTokensOfOthers(ctx) : [],
    whenReachable(listJails(ctx)),
  ]);
  const jails = (rows ?? []).filter((row) => row.id !== null).map((row) => row.name);
  return (
    <Page
      title="Tokens"
      lead="A token lets a program do in your name what you allow it: the knast command, a script, a backup of your own."
    >
      <Tokens own={own} others={others} jails={jails} admin={admin} actions={{ make, end }} />
    </Page>
  );
}
