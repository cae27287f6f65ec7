import { z } from "zod";
import { OwnerSettings } from "./owner-settings.ts";
import { SshGatewaySettings, USUAL_SSH_GATEWAY } from "./ssh.ts";
import { SecondFactorPolicy, SessionLimits, USUAL_SESSION_LIMITS } from "./second-factor.ts";

/** What the admin decides for the whole panel. */
export const AdminSettings = z.strictObject({
  /** webhooks may lead to loopback and private addresses, so to the host itself and to jails */
  privateWebhooks: z.boolean(),
  /** somebody whom the sign-on knows and the panel does not gets an account of his own, without a jail */
  accountsBySignOn: z.boolean(),
});
export type AdminSettings = z.infer<typeof AdminSettings>;

/** The keys of the table Setting; the second part is what knast-web remembers for itself. */
export const PanelSettings = z.object({
  // A value that can't be read must not open the door: then everybody needs one.
  "second-factor": SecondFactorPolicy.catch("all").default("off"),
  "session-limits": SessionLimits.default(USUAL_SESSION_LIMITS),
  /** the jail settings that owners may change themselves */
  "owner-settings": OwnerSettings.default(["autostart"]),
  // A value that can't be read must not open the door.
  "ssh-gateway": SshGatewaySettings.catch(USUAL_SSH_GATEWAY).default(USUAL_SSH_GATEWAY),
  admin: AdminSettings.default({ privateWebhooks: false, accountsBySignOn: false }),
  /** jobs that have been told of, as the daemon's list of them goes back; null: never looked */
  "notices.jobs": z.array(z.string()).max(1000).nullable().default(null),
  /** by $knast_id: the jid that a jail was last seen running with, null when it was stopped */
  "notices.jails": z.record(z.string(), z.int().nullable()).default({}),
  /** by $knast_id and kind of limit: when its people were last told (milliseconds), and whether it is still there */
  "notices.limits": z
    .record(z.string(), z.strictObject({ at: z.number(), high: z.boolean(), looks: z.int() }))
    .default({}),
});
