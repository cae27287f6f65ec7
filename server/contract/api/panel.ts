import { z } from "zod";
import { TestMailForm } from "../mail.ts";
import { NoticeId, NoticeList, PlanWorkForm, ReadForm, WorkRef } from "../notices.ts";
import { AccountForm } from "../panel.ts";
import { AdminSettings } from "../panel-settings.ts";
import { PolicyForm, SessionLimits } from "../second-factor.ts";
import { AccountSshKey, SshGatewaySettings, SshGatewayView, SshKeyRef } from "../ssh.ts";
import { call, create, type Endpoint, look } from "./endpoint.ts";
import { Nothing } from "../verb.ts";

/** Those that are older than one. */
const Older = z.strictObject({ before: NoticeId.optional() });

const SshKeys = z.strictObject({ keys: z.array(AccountSshKey) });

/** Notices, and what the admin decides for the whole panel. */
export const PANEL_API = {
  "notices.list": look("GET /notices", "any", "What you are told, newest first.", Older, NoticeList),
  "notices.read": call("POST /notices/read", "any", "Marks one as read; null: all.", ReadForm, null),
  "panel.settle": call("PUT /panel/settings", "admin", "What webhooks and the sign-on may.", AdminSettings, null),
  "panel.second-factor": call("PUT /panel/second-factor", "admin", "Who must have a second factor.", PolicyForm, null),
  "panel.session-limits": call("PUT /panel/session-limits", "admin", "How long sessions last.", SessionLimits, null),
  "panel.test-mail": call("POST /panel/test-mail", "admin", "Sends a mail to see that it goes.", TestMailForm, null),
  "panel.ssh": look(
    "GET /panel/ssh",
    "admin",
    "Where the panel listens for ssh, and its host key.",
    Nothing,
    SshGatewayView,
  ),
  "panel.set-ssh": call(
    "PUT /panel/ssh",
    "admin",
    "Switches ssh on, off, or moves it.",
    SshGatewaySettings,
    SshGatewayView,
  ),
  "ssh-keys.list": look("GET /ssh-keys", "any", "Your ssh keys.", Nothing, SshKeys),
  "ssh-keys.others": look("GET /ssh-keys-of-others", "admin", "The ssh keys of everybody else.", Nothing, SshKeys),
  "ssh-keys.remove": call("DELETE /ssh-keys/{key}", "admin", "Removes a key, yours or another's.", SshKeyRef, null),
  "accounts.sign-out": call("POST /accounts/{account}/sign-out", "admin", "Ends his sessions.", AccountForm, null),
  "accounts.reset-second-factor": call(
    "DELETE /accounts/{account}/second-factor",
    "admin",
    "Takes his second factor off, for one who has lost it.",
    AccountForm,
    null,
  ),
  "bases.plan-work": create(
    "POST /planned-work",
    "admin",
    "Says beforehand that a base will be updated, to the owners of its jails.",
    PlanWorkForm,
    z.strictObject({ work: z.string() }),
  ),
  "bases.take-back-work": call("DELETE /planned-work/{work}", "admin", "Takes that back.", WorkRef, null),
} as const satisfies Record<string, Endpoint>;
