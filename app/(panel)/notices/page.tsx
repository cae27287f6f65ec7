import { SignOnLink } from "@/components/accounts/sign-on-link.tsx";
import { AdminSettingsForm } from "@/components/notices/admin-settings.tsx";
import { NoticeRows } from "@/components/notices/notice-rows.tsx";
import { Preferences } from "@/components/notices/preferences.tsx";
import { TestMail } from "@/components/notices/test-mail.tsx";
import { SshGateway } from "@/components/notices/ssh-gateway.tsx";
import { Page, Section } from "@/components/panel/page.tsx";
import { NoticeFilterQuery } from "@/server/contract/notices.ts";
import { listNotices } from "@/server/services/notices/list-notices.ts";
import { showPreferences } from "@/server/services/notices/preferences.ts";
import { showAdminSettings } from "@/server/services/panel-settings/admin-settings.ts";
import { showSignOn } from "@/server/services/sign-on/own-sign-on.ts";
import { showSshGateway } from "@/server/services/ssh/gateway.ts";
import { requireActor } from "../../session.ts";
import { linkOther, prefer, read, renewSecret, setGateway, settle, testMail, unlinkOther } from "./actions.ts";

export default async function NoticesPage({ searchParams }: { searchParams: Promise<unknown> }) {
  const ctx = await requireActor();
  const filter = NoticeFilterQuery.parse(await searchParams);
  const admin = ctx.actor.role === "admin";
  const [list, preferences, settings, other, gateway] = await Promise.all([
    listNotices(ctx, filter),
    showPreferences(ctx),
    admin ? showAdminSettings(ctx) : null,
    showSignOn(ctx),
    admin ? showSshGateway(ctx) : null,
  ]);
  return (
    <Page title="Notices" lead="What happened to your jails and your account while you looked elsewhere.">
      <NoticeRows list={list} filter={filter} read={read} />
      <Section title="How you are told">
        <Preferences first={preferences} save={prefer} renew={renewSecret} />
      </Section>
      {other ? (
        <Section title="Single sign-on">
          <SignOnLink view={other} link={linkOther} unlink={unlinkOther} />
        </Section>
      ) : null}
      {settings ? (
        <Section title="For the whole panel">
          <TestMail isSetUp={preferences.mailIsSetUp} send={testMail} />
          <AdminSettingsForm first={settings} save={settle} />
        </Section>
      ) : null}
      {gateway ? (
        <Section title="SSH">
          <SshGateway first={gateway} save={setGateway} />
        </Section>
      ) : null}
    </Page>
  );
}
