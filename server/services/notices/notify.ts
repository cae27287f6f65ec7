import { ALWAYS_TOLD, ChannelsOff, type NoticeChannel, type NoticeFacts, NoticeKind } from "../../contract/notices.ts";
import { type AccountRecord, db, type Transaction } from "../db.ts";

/** What is told to whom. `facts`: see noticeWords() for those of each kind; longer ones are cut. */
export type Told = {
  /** ids of accounts; one that is gone or disabled hears nothing */
  accounts: readonly string[];
  kind: NoticeKind;
  jail?: { id: string | null; name: string } | null;
  facts?: NoticeFacts;
};

/**
 * Puts a notice before each of these people, and on its way by the channels that each of them wants. The way out is gone
 * by deliver.ts, so this neither waits for a network nor fails for one.
 * @param on the transaction in which the thing itself is done, so that both happen or neither
 */
export async function notify({ accounts, kind, jail, facts = {} }: Told, on: Transaction = db()): Promise<void> {
  const people = await on.account.findMany({ where: { id: { in: [...new Set(accounts)] }, disabledAt: null } });
  const data = JSON.stringify(
    Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value.slice(0, 500)])),
  );
  for (const person of people) {
    const channels = channelsOf(person, kind);
    await on.notice.create({
      data: {
        accountId: person.id,
        kind,
        jailId: jail?.id ?? null,
        jailName: jail?.name ?? null,
        data,
        readAt: channels.has("panel") ? null : new Date(),
        deliveries: {
          create: [...channels].filter((channel) => channel !== "panel").map((channel) => ({ channel })),
        },
      },
    });
  }
}

/** @returns the channels that an account has and did not switch off for this kind */
export function channelsOf(
  account: Pick<AccountRecord, "email" | "notifyByMail" | "webhookUrl" | "noticeChannels">,
  kind: NoticeKind,
): Set<NoticeChannel> {
  const off = ALWAYS_TOLD.has(kind) ? [] : (channelsOff(account)[kind] ?? []);
  const has: NoticeChannel[] = ["panel"];
  if (account.email && account.notifyByMail) has.push("mail");
  if (account.webhookUrl) has.push("webhook");
  return new Set(has.filter((channel) => !off.includes(channel)));
}

/** @returns what an account has switched off; what another version wrote counts as nothing */
export function channelsOff({ noticeChannels }: Pick<AccountRecord, "noticeChannels">): ChannelsOff {
  if (!noticeChannels) return {};
  try {
    return ChannelsOff.catch({}).parse(JSON.parse(noticeChannels));
  } catch {
    return {};
  }
}
