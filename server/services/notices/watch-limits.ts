import { KnastError } from "../../contract/errors.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";
import { readHolders } from "../jails/look-at-jails.ts";
import { readSetting, writeSetting } from "../panel-settings/panel-setting.ts";
import { judgeLimits, type LimitHit, type LimitMemory } from "./judge-limits.ts";
import { notify } from "./notify.ts";

const ACTOR = { actor: "knast-web" };

/**
 * Looks once at all jails that run and have a limit, one after the other, and tells their people what is full.
 * @throws KnastError unavailable
 */
export async function watchLimits(now = Date.now()): Promise<void> {
  const { holds, jails: limited } = await call("limits.list", {}, ACTOR);
  if (!holds || limited.length === 0) return;
  const names = new Set(limited.map((jail) => jail.name));
  const { jails } = await call("jail.list", {}, ACTOR);
  const known = await readSetting("notices.limits");
  const next: LimitMemory = {};
  const found: { jail: { id: string; name: string }; hits: LimitHit[] }[] = [];
  for (const { id, name, state } of jails) {
    if (!id || !names.has(name)) continue;
    const own = Object.fromEntries(
      Object.entries(known).flatMap(([key, value]) =>
        key.startsWith(`${id}:`) ? [[key.slice(id.length + 1), value]] : [],
      ),
    );
    const shown = state === "running" ? await call("jail.limits", { name, id }, ACTOR).catch(goneMeanwhile) : null;
    const { hits, memory } = shown ? judgeLimits(shown, own, now) : { hits: [], memory: own };
    for (const [kind, value] of Object.entries(memory)) next[`${id}:${kind}`] = value;
    if (hits.length > 0) found.push({ jail: { id, name }, hits });
  }
  if (JSON.stringify(next) === JSON.stringify(known)) return;
  const holders = await readHolders();
  await db().$transaction(async (transaction) => {
    for (const { jail, hits } of found) {
      const people = (holders.get(jail.id) ?? []).filter(({ rights }) => rights.includes("processes"));
      for (const { kind, use, of } of hits)
        await notify(
          {
            accounts: people.map((person) => person.id),
            kind: "limit-reached",
            jail,
            facts: { limit: kind, use: amount(kind, use), of: amount(kind, of) },
          },
          transaction,
        );
    }
    await writeSetting("notices.limits", next, transaction);
  });
}

/** A jail that was stopped or destroyed since it was listed. */
function goneMeanwhile(error: unknown): null {
  if (error instanceof KnastError && error.code !== "unavailable") return null;
  throw error;
}

const amount = (kind: LimitHit["kind"], value: number): string =>
  kind === "memoryBytes" ? `${Math.round(value / 1024 ** 2)} MB` : kind === "cpuPercent" ? `${value} %` : String(value);
