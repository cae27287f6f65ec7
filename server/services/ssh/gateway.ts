import { KnastError } from "../../contract/errors.ts";
import type { SshGatewaySettings, SshGatewayView, SshWay } from "../../contract/ssh.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { readSetting, writeSetting } from "../panel-settings/panel-setting.ts";
import { gatewayHook } from "./gateway-hook.ts";
import { makeHostKey, readHostKey } from "./host-key.ts";

/** What the gateway is told and does. Admin only. */
export async function showSshGateway(ctx: Ctx): Promise<SshGatewayView> {
  assertAdmin(ctx);
  const settings = await readSetting("ssh-gateway");
  const key = readHostKey();
  const hostKey = key && { type: key.type, fingerprint: key.fingerprint, line: key.line };
  return { settings, now: gatewayHook().state(), hostKey };
}

/**
 * Switches the gateway on or off, or moves it. Where it can't listen everything stays as it was. Admin only.
 * @throws KnastError prove_first; invalid with the reason at `port`
 */
export function setSshGateway(ctx: Ctx, form: SshGatewaySettings): Promise<SshGatewayView> {
  return audited(ctx, "ssh-gateway.set", {}, async () => {
    assertAdmin(ctx);
    // One more door, so who opens it must be the one who signed in.
    await assertProved(ctx);
    const before = await readSetting("ssh-gateway");
    if (form.on) makeHostKey();
    await writeSetting("ssh-gateway", form);
    await gatewayHook().apply();
    const now = gatewayHook().state();
    if (now.state === "failed") {
      await writeSetting("ssh-gateway", before);
      await gatewayHook().apply();
      throw new KnastError("invalid", { problems: [{ field: "port", code: "invalid", message: now.why }] });
    }
    return showSshGateway(ctx);
  });
}

/** How the actor comes in by ssh; null while nobody does. */
export async function sshWay(ctx: Ctx): Promise<SshWay | null> {
  const key = gatewayHook().state().state === "listening" ? readHostKey() : null;
  if (!key) return null;
  const { port } = await readSetting("ssh-gateway");
  const host = URL.canParse(ctx.origin) ? new URL(ctx.origin).hostname.replace(/^\[|\]$/g, "") : "panel";
  return { host, port, hostKey: { type: key.type, fingerprint: key.fingerprint } };
}
