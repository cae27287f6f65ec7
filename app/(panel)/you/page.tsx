import { ChangePassword } from "@/components/accounts/change-password.tsx";
import { SecondFactor } from "@/components/accounts/second-factor.tsx";
import { SshKeys } from "@/components/accounts/ssh-keys.tsx";
import { Sessions } from "@/components/accounts/sessions.tsx";
import { Page, Section } from "@/components/panel/page.tsx";
import { showSecondFactor } from "@/server/services/second-factor/show-second-factor.ts";
import { listSessions } from "@/server/services/sessions/list-sessions.ts";
import { sshWay } from "@/server/services/ssh/gateway.ts";
import { listSshKeys, listSshKeysOfOthers } from "@/server/services/ssh/list-ssh-keys.ts";
import { passkeyAdd, passkeyBegin, totpBegin, totpConfirm } from "../../(auth)/second-factor/actions.ts";
import { requireActor } from "../../session.ts";
import {
  endOthers,
  endSession,
  passkeyRemove,
  password,
  recoveryCodes,
  sshKeyAdd,
  sshKeyRemove,
  totpRemove,
} from "./actions.ts";

/** What concerns the person himself, one section after the other. */
export default async function YouPage() {
  const ctx = await requireActor();
  const [view, sessions, keys, others, way] = await Promise.all([
    showSecondFactor(ctx),
    listSessions(ctx),
    listSshKeys(ctx),
    ctx.actor.role === "admin" ? listSshKeysOfOthers(ctx) : [],
    sshWay(ctx),
  ]);
  return (
    <Page title="You" lead={`Signed in as ${ctx.actor.name}.`}>
      <Section title="Second factor">
        <SecondFactor
          view={view}
          actions={{ totpBegin, totpConfirm, totpRemove, passkeyBegin, passkeyAdd, passkeyRemove, recoveryCodes }}
        />
      </Section>
      <Section title="Sessions">
        <Sessions sessions={sessions} actions={{ endSession, endOthers }} />
      </Section>
      <Section title="SSH keys">
        <SshKeys keys={keys} others={others} way={way} actions={{ sshKeyAdd, sshKeyRemove }} />
      </Section>
      <Section title="Password">
        <ChangePassword name={ctx.actor.name} change={password} />
      </Section>
    </Page>
  );
}
