import { randomUUID } from "node:crypto";
import type { GrantRight } from "../contract/grants.ts";
import type { Role } from "../contract/panel.ts";

/** What a token of the API narrows its account to. `jails`: ids, null for all that the account may reach; `admin`: what only admins may. */
export type Scope = { token: string; rights: readonly GrantRight[]; jails: readonly string[] | null; admin: boolean };

/** Who acts. `session` names the row of the browser's session, for what must end with it; with a `scope` he came by a token, with an `sshKey` (its id) by ssh, and has none. */
export type Actor = { id: string; name: string; role: Role; session: string; scope?: Scope; sshKey?: string };

/** Somebody who is not signed in (yet): `source` is his address, `origin` the panel's as he sees it, for links. */
export type Visitor = { source: string; origin: string; requestId: string };

/** Every service takes one; the actor is never optional. `idempotencyKey` goes to knastd with a job, for a call that may be made twice. */
export type Ctx = Visitor & { actor: Actor; idempotencyKey?: string };

export const newRequestId = (): string => randomUUID();
