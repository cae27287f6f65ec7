import type { PANEL_API } from "../../contract/api/panel.ts";
import { planWork, takeBackWork } from "../bases/plan-work.ts";
import { sendTestMail } from "../mail/send-test-mail.ts";
import { listNotices } from "../notices/list-notices.ts";
import { markRead } from "../notices/mark-read.ts";
import { setAdminSettings } from "../panel-settings/admin-settings.ts";
import { resetSecondFactor } from "../second-factor/reset-second-factor.ts";
import { setPolicy } from "../second-factor/set-policy.ts";
import { setSshGateway, showSshGateway } from "../ssh/gateway.ts";
import { listSshKeys, listSshKeysOfOthers } from "../ssh/list-ssh-keys.ts";
import { removeSshKey } from "../ssh/remove-ssh-key.ts";
import { endSessionsOf } from "../sessions/end-sessions.ts";
import { setSessionLimits } from "../sessions/session-limits.ts";
import type { Handlers } from "./call.ts";

export const PANEL: Handlers<typeof PANEL_API> = {
  "notices.list": (ctx, { before = null }) => listNotices(ctx, { before }),
  "notices.read": markRead,
  "panel.settle": setAdminSettings,
  "panel.second-factor": setPolicy,
  "panel.session-limits": setSessionLimits,
  "panel.test-mail": sendTestMail,
  "panel.ssh": showSshGateway,
  "panel.set-ssh": setSshGateway,
  "ssh-keys.list": async (ctx) => ({ keys: await listSshKeys(ctx) }),
  "ssh-keys.others": async (ctx) => ({ keys: await listSshKeysOfOthers(ctx) }),
  "ssh-keys.remove": removeSshKey,
  "accounts.sign-out": endSessionsOf,
  "accounts.reset-second-factor": resetSecondFactor,
  "bases.plan-work": planWork,
  "bases.take-back-work": takeBackWork,
};
