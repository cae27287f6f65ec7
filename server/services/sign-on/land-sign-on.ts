import { KnastError } from "../../contract/errors.ts";
import { NewAccountName, RESERVED_ACCOUNT_NAMES } from "../../contract/names.ts";
import type { SignOnRefusal } from "../../contract/sign-on.ts";
import { lookAtLink, useLink } from "../accounts/one-time-links.ts";
import { NOBODY } from "../accounts/password-hash.ts";
import { actorOf, type Checked, mayAct } from "../accounts/sessions.ts";
import { audited } from "../audit/audited.ts";
import { isAbout } from "../audit/current-act.ts";
import type { Visitor } from "../context.ts";
import { db } from "../db.ts";
import { notify } from "../notices/notify.ts";
import { readSetting } from "../panel-settings/panel-setting.ts";
import type { Intent } from "./intent.ts";

/** Who somebody is at the provider, of a token that was checked. His mail address is not in it: it proves nothing here. */
export type Proven = { issuer: string; subject: string; wishedName?: string };

type Person = Checked & { name: string };
export type Landed = { account: Person } | "linked" | { refused: SignOnRefusal };

/** Identities that one account may have. */
const MOST = 10;

class Refusal extends KnastError {
  constructor(readonly why: SignOnRefusal) {
    super(why === "failed" ? "invalid" : "forbidden", { cause: new Error(`sign-on: ${why}`) });
  }
}

/**
 * Decides what somebody who comes back from the provider gets: a session for the account that is linked to him, or the link
 * that he went for. An account is found by issuer and subject alone, never by a name or a mail address.
 * @param intent null when he did not set out from here
 */
export async function landSignOn(visitor: Visitor, proven: Proven, intent: Intent | null): Promise<Landed> {
  try {
    return await audited(visitor, `sign-on.${intent?.want ?? "unasked"}`, {}, async () => {
      if (!intent || !proven.issuer || !proven.subject || proven.subject.length > 300) throw new Refusal("failed");
      if (intent.want === "link") return link(proven, intent.claims);
      const account = await (intent.want === "welcome" ? welcome(proven, intent.token) : signIn(proven));
      isAbout(account.id);
      return { account };
    });
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.why };
    throw error;
  }
}

const keyOf = ({ issuer, subject }: Proven) => ({ issuer_subject: { issuer, subject } });

async function signIn(proven: Proven): Promise<Person> {
  const include = { account: { include: { _count: { select: { passkeys: true } } } } };
  const found = await db().identity.findUnique({ where: keyOf(proven), include });
  if (!found) return newcomer(proven);
  const { account } = found;
  if (!mayAct(account)) throw new Refusal("unknown");
  // What the provider asked of him is not known here, so it does not stand for the panel's own second factor.
  if (account.totpConfirmedAt || account._count.passkeys > 0) throw new Refusal("second-factor");
  return account;
}

/** An account for somebody whom nobody here knows, if the admin wants that; a friend without jails. */
async function newcomer({ issuer, subject, wishedName }: Proven): Promise<Person> {
  if (!(await readSetting("admin")).accountsBySignOn) throw new Refusal("unknown");
  const base =
    wishedName
      ?.toLowerCase()
      .replace(/[^a-z0-9._-]/g, "")
      .replace(/^[^a-z]+/, "")
      .slice(0, 28) || "friend";
  return db().$transaction(async (transaction) => {
    const taken = await transaction.account.findMany({ where: { name: { startsWith: base } }, select: { name: true } });
    const names = new Set(taken.map(({ name }) => name));
    for (const reserved of RESERVED_ACCOUNT_NAMES) names.add(reserved);
    let name = base;
    for (let i = 2; names.has(name); i++) name = `${base}${i}`;
    // No password is right for it; it is a full account otherwise.
    const data = { name: NewAccountName.parse(name), passwordHash: NOBODY };
    return transaction.account.create({ data: { ...data, identities: { create: { issuer, subject } } } });
  });
}

/** Takes the link by which an account is welcomed, instead of choosing a password. */
async function welcome(proven: Proven, token: string): Promise<Person> {
  const account = (await lookAtLink("password", token))?.account;
  if (!account) throw new Refusal("spent");
  return db().$transaction(async (transaction) => {
    const held = await transaction.identity.findUnique({ where: keyOf(proven) });
    if (held && held.accountId !== account.id) throw new Refusal("taken");
    if (!(await useLink(transaction, "password", token))) throw new Refusal("spent");
    const { issuer, subject } = proven;
    if (!held) await transaction.identity.create({ data: { issuer, subject, accountId: account.id } });
    await transaction.account.updateMany({
      where: { id: account.id, passwordHash: null },
      data: { passwordHash: NOBODY },
    });
    const now = await transaction.account.findUniqueOrThrow({ where: { id: account.id } });
    if (!mayAct(now)) throw new Refusal("unknown");
    const passkeys = await transaction.passkey.count({ where: { accountId: account.id } });
    if (now.totpConfirmedAt || passkeys > 0) throw new Refusal("second-factor");
    return now;
  });
}

/** Links him to the account of the session from which he set out, if that still goes on. */
async function link(proven: Proven, claims: unknown): Promise<"linked"> {
  const actor = await actorOf(claims, true);
  if (!actor) throw new Refusal("failed");
  isAbout(actor.name);
  await db().$transaction(async (transaction) => {
    const held = await transaction.identity.findUnique({ where: keyOf(proven) });
    if (held?.accountId === actor.id) return;
    if (held || (await transaction.identity.count({ where: { accountId: actor.id } })) >= MOST)
      throw new Refusal("taken");
    const { issuer, subject } = proven;
    await transaction.identity.create({ data: { issuer, subject, accountId: actor.id } });
    const facts = { what: "a single sign-on was linked" };
    await notify({ accounts: [actor.id], kind: "second-factor-changed", facts }, transaction);
  });
  return "linked";
}
