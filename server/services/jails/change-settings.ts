import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { changedSettings, type OwnerSetting, OwnerSetting as Openable } from "../../contract/owner-settings.ts";
import type { OwnJailSettings } from "../../contract/panel.ts";
import type { ConfigureForm, PlanSettingsForm, Settings, SettingsPlan } from "../../contract/settings.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";
import { readSetting } from "../panel-settings/panel-setting.ts";
import { getJailFor } from "./get-jail-for.ts";

type Settable = { ref: { name: string; id: string }; open: OwnerSetting[] | null; power: boolean };

/** @returns which settings the actor may change (null: all, he is an admin). @throws KnastError not_found, forbidden, foreign */
async function settable(ctx: Ctx, name: string): Promise<Settable> {
  const all = isAdmin(ctx.actor);
  const jail = await getJailFor(ctx, name, all ? "see" : "settings");
  if (jail.id === null) throw new KnastError("foreign");
  return {
    ref: { name: jail.name, id: jail.id },
    open: all ? null : await readSetting("owner-settings"),
    power: jail.rights.includes("power"),
  };
}

const read = (ctx: Ctx, { ref }: Settable) => call("jail.settings", ref, { actor: ctx.actor.name });

/** What an owner sends may differ from what stands in the file only where the admin has opened it. */
async function onlyOpen(ctx: Ctx, jail: Settable, { digest, settings }: { digest: string; settings: Settings }) {
  if (jail.open === null) return;
  const now = await read(ctx, jail);
  if (now.digest !== digest) throw new KnastError("changed");
  const shut = changedSettings(now.settings, settings).filter(
    (name) => !(jail.open as readonly string[]).includes(name),
  );
  if (shut.length > 0) throw new KnastError("forbidden", { message: `Only the admin changes ${shut.join(", ")}.` });
}

/** @throws KnastError not_found, forbidden, foreign, config_invalid when jail(8) can't read the file */
export async function readSettings(ctx: Ctx, form: { name: string }): Promise<OwnJailSettings> {
  const jail = await settable(ctx, form.name);
  return { ...(await read(ctx, jail)), open: jail.open };
}

/** @throws KnastError as readSettings, and changed when the file is another one by now */
export async function planSettings(ctx: Ctx, { name, ...wish }: PlanSettingsForm): Promise<SettingsPlan> {
  const jail = await settable(ctx, name);
  await onlyOpen(ctx, jail, wish);
  return call("jail.plan-settings", { ...jail.ref, ...wish }, { actor: ctx.actor.name });
}

/** @throws KnastError as planSettings, and with problems at fields what the daemon refuses */
export function configureJail(ctx: Ctx, { name, ...wish }: ConfigureForm): Promise<JobRef> {
  return audited(ctx, "jail.configure", { jail: name }, async () => {
    const jail = await settable(ctx, name);
    if (wish.apply !== "none" && !jail.power) throw new KnastError("forbidden");
    await onlyOpen(ctx, jail, wish);
    return call("jail.configure", { ...jail.ref, ...wish }, askedBy(ctx));
  });
}

/** @returns what owners may change, and what could be opened to them */
export async function openToOwners(): Promise<{ open: OwnerSetting[]; all: readonly OwnerSetting[] }> {
  return { open: await readSetting("owner-settings"), all: Openable.options };
}
