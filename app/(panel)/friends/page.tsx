import { Friends } from "@/components/friends/friends.tsx";
import { SignInRules } from "@/components/friends/sign-in-rules.tsx";
import { Page, Section } from "@/components/panel/page.tsx";
import { listAccounts } from "@/server/services/accounts/list-accounts.ts";
import { readPolicy } from "@/server/services/second-factor/policy.ts";
import { readSessionLimits } from "@/server/services/sessions/session-limits.ts";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import {
  assign,
  budget,
  create,
  disable,
  enable,
  newLink,
  policy,
  remove,
  resetFactor,
  sessionLimits,
  signOutOf,
  unassign,
} from "./actions.ts";

export default async function FriendsPage() {
  const ctx = await requireAdmin();
  const [accounts, rows, must, limits] = await Promise.all([
    listAccounts(ctx),
    whenReachable(listJails(ctx)),
    readPolicy(),
    readSessionLimits(),
  ]);
  const jails = (rows ?? []).filter((row) => row.id !== null).map((row) => row.name);
  return (
    <Page title="Friends" lead="A friend signs in, sees his jails and nothing else, and is root in them.">
      <Friends
        accounts={accounts}
        jails={jails}
        me={ctx.actor.name}
        actions={{ create, newLink, disable, enable, remove, assign, unassign, budget, signOutOf, resetFactor }}
      />
      <Section title="Signing in">
        <SignInRules policy={must} limits={limits} actions={{ policy, sessionLimits }} />
      </Section>
    </Page>
  );
}
