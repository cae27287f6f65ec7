import { unsealWebhook } from "./webhook-secret.ts";
import { networkInterfaces } from "node:os";
import { KnastError } from "../../contract/errors.ts";
import { NoticeFacts, NoticeKind } from "../../contract/notices.ts";
import { noticeWords } from "../../contract/notice-words.ts";
import { mayAct } from "../accounts/sessions.ts";
import { call } from "../daemon.ts";
import { type AccountRecord, db } from "../db.ts";
import { env } from "../env.ts";
import { sendMail } from "../mail/send-mail.ts";
import { readSetting } from "../panel-settings/panel-setting.ts";
import { canonical } from "./address-rules.ts";
import { NotTaken, postWebhook } from "./post-webhook.ts";
import { MAX_ATTEMPTS, waitAfter } from "./retry-plan.ts";
import { signedHeaders } from "./webhook-signature.ts";

/** Deliveries under way at once, of all and of one person, so that his dead server holds up nobody else. */
const AT_ONCE = 16;
const OF_ONE = 2;
/** Mails that one person gets in an hour; the others wait. */
const MAILS_AN_HOUR = 30;
const HOUR_MS = 3_600_000;

/** Sends what is due and remembers, while the process lives, what is on its way. */
export class Deliveries {
  readonly #busy = new Map<string, number>();
  #underWay = 0;
  readonly #all = new Set<Promise<void>>();

  /** Begins what is due now and does not wait for it. @returns how many it began */
  async begin(now = Date.now()): Promise<number> {
    const room = AT_ONCE - this.#underWay;
    if (room <= 0) return 0;
    const full = [...this.#busy].filter(([, count]) => count >= OF_ONE).map(([account]) => account);
    const due = await db().delivery.findMany({
      where: {
        sentAt: null,
        attempts: { lt: MAX_ATTEMPTS },
        nextAt: { lte: new Date(now) },
        notice: { accountId: { notIn: full } },
      },
      include: { notice: { include: { account: true } } },
      orderBy: { nextAt: "asc" },
      take: room,
    });
    let begun = 0;
    for (const delivery of due) {
      const { accountId } = delivery.notice;
      if ((this.#busy.get(accountId) ?? 0) >= OF_ONE || !(await claim(delivery, now))) continue;
      begun++;
      this.#underWay++;
      this.#busy.set(accountId, (this.#busy.get(accountId) ?? 0) + 1);
      const work = attempt(delivery)
        .catch((error: unknown) => console.error("delivery", error))
        .finally(() => {
          this.#underWay--;
          const left = this.#busy.get(accountId)! - 1;
          if (left > 0) this.#busy.set(accountId, left);
          else this.#busy.delete(accountId);
          this.#all.delete(work);
        });
      this.#all.add(work);
    }
    return begun;
  }

  /** Waits until what is under way has come to its end. */
  async settled(): Promise<void> {
    await Promise.all(this.#all);
  }
}

type Due = {
  id: string;
  channel: string;
  attempts: number;
  notice: {
    id: string;
    kind: string;
    jailId: string | null;
    jailName: string | null;
    data: string;
    createdAt: Date;
    accountId: string;
    account: AccountRecord;
  };
};

/**
 * Notes the attempt and the time of the next one before this one is made: a process that is killed in the middle tries
 * again after that wait, under the same id. So a notice goes out at least once, and twice only after a kill.
 */
async function claim({ id, attempts, channel, notice }: Due, now: number): Promise<boolean> {
  if (channel === "mail") {
    const since = { gt: new Date(now - HOUR_MS) };
    const sent = await db().delivery.count({
      where: { channel, sentAt: since, notice: { accountId: notice.accountId } },
    });
    if (sent >= MAILS_AN_HOUR) {
      const data = { nextAt: new Date(now + HOUR_MS / 6), failure: "Too many mails in this hour." };
      await db().delivery.updateMany({ where: { id, attempts, sentAt: null }, data });
      return false;
    }
  }
  const nextAt = new Date(now + (waitAfter(attempts + 1) ?? HOUR_MS));
  const claimed = await db().delivery.updateMany({
    where: { id, attempts, sentAt: null },
    data: { attempts: { increment: 1 }, nextAt },
  });
  return claimed.count === 1;
}

async function attempt(delivery: Due): Promise<void> {
  const { id } = delivery;
  try {
    await send(delivery);
    await db().delivery.updateMany({ where: { id }, data: { sentAt: new Date(), failure: null } });
  } catch (error) {
    const known = error instanceof KnastError || error instanceof NotTaken || error instanceof Pointless;
    if (!known) console.error("delivery", id, error);
    const failure = known ? error.message.slice(0, 200) : "Something went wrong here.";
    const last = error instanceof Pointless ? { attempts: MAX_ATTEMPTS } : {};
    await db().delivery.updateMany({ where: { id }, data: { failure, ...last } });
  }
}

/** Trying again would change nothing. */
class Pointless extends Error {}

async function send({ id, channel, notice }: Due): Promise<void> {
  const { account, jailId, jailName } = notice;
  if (!mayAct(account)) throw new Pointless("The account is disabled.");
  const kind = NoticeKind.parse(notice.kind);
  const facts = NoticeFacts.parse(JSON.parse(notice.data));
  const words = noticeWords(kind, jailName, facts);
  const { origin } = env();
  const link = origin ? `${origin}/notices` : null;
  if (channel === "mail") {
    if (!account.email) throw new Pointless("There is no address any more.");
    const text = [words.title, words.text, link].filter(Boolean).join("\n\n");
    return sendMail({ to: account.email, subject: words.title, text: `${text}\n`, id });
  }
  if (!account.webhookUrl || !account.webhookSecret) throw new Pointless("There is no address any more.");
  const jail = jailName === null ? null : { id: jailId, name: jailName };
  const data = { notice: notice.id, kind, jail, ...words, facts, link };
  const body = JSON.stringify({ type: kind, timestamp: notice.createdAt.toISOString(), data });
  const secret = unsealWebhook(account.id, account.webhookSecret);
  if (secret === null) throw new Pointless("Its secret can't be opened. Take a new one.");
  const headers = signedHeaders(secret, id, Math.floor(Date.now() / 1000), body);
  const { privateWebhooks: allowPrivate } = await readSetting("admin");
  await postWebhook({ url: account.webhookUrl, body, headers, own: await ownAddresses(allowPrivate), allowPrivate });
}

/** @returns the addresses of this host and of every jail, also of those that do not run. @throws KnastError unavailable */
async function ownAddresses(allowPrivate: boolean): Promise<Set<string>> {
  if (allowPrivate) return new Set();
  const { jails } = await call("jail.list", {}, { actor: "knast-web" });
  const host = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  return new Set([...host, ...jails.flatMap((jail) => jail.addresses)].map(canonical));
}
