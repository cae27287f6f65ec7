import { randomBytes } from "node:crypto";
import { beginSession, type Checked, type Claims } from "../accounts/sessions.ts";
import { signInLimits } from "../accounts/sign-in-limits.ts";
import type { Visitor } from "../context.ts";
import { secondFactorOf } from "../second-factor/second-factor-of.ts";
import { knownDevice, meetDevice } from "./known-devices.ts";
import { makePending } from "./pending.ts";

/** The browser that signs in: what it says it is, and the device's token that it keeps for an account. */
export type Browser = { userAgent: string; device: (account: string) => string | null };

/** In, with a ticket for the cookie and the device's token; or a second step is awaited, under a token of its own. */
export type Entry =
  | { step: "in"; ticket: string; account: string; device: string }
  | { step: "second"; pending: string };

type Ticket = { claims: Claims; name: string; expires: number };
const shared = globalThis as { knastTickets?: Map<string, Ticket> };
const tickets = () => (shared.knastTickets ??= new Map<string, Ticket>());
const TICKET_MS = 10_000;

type Person = Checked & { name: string };

/** Lets an account in whose person has shown everything that he must. @throws KnastError unauthenticated if it changed since */
export async function enter(visitor: Visitor, account: Person, browser: Browser): Promise<Entry> {
  const claims = await beginSession(account, { userAgent: browser.userAgent, source: visitor.source });
  const known = await knownDevice(account.name, browser.device(account.name));
  await signInLimits().succeeded({ kind: "account", account: account.name, source: visitor.source, device: known });
  const device = await meetDevice(visitor, account, browser);
  const ticket = randomBytes(32).toString("base64url");
  const now = Date.now();
  for (const [old, { expires }] of tickets()) if (expires < now) tickets().delete(old);
  tickets().set(ticket, { claims, name: account.name, expires: now + TICKET_MS });
  return { step: "in", ticket, account: account.name, device };
}

/** Lets an account in by its first step, or asks for the second one where it has one. @throws KnastError as enter() */
export async function enterOrAsk(visitor: Visitor, account: Person, browser: Browser): Promise<Entry> {
  if (!(await secondFactorOf(account.id)).any) return enter(visitor, account, browser);
  return { step: "second", pending: await makePending(account) };
}

/**
 * The session behind a ticket, once. Tickets never leave the process: they carry a sign-in from the services through next-auth,
 * whose own address takes nothing else.
 */
export function redeemTicket(ticket: unknown): Pick<Ticket, "claims" | "name"> | null {
  if (typeof ticket !== "string") return null;
  const found = tickets().get(ticket);
  tickets().delete(ticket);
  return found && found.expires >= Date.now() ? found : null;
}
