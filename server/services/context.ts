import { randomUUID } from "node:crypto";
import type { Role } from "../contract/panel.ts";

/** Who acts. `session` names the row of the browser's session, for what must end with it. */
export type Actor = { id: string; name: string; role: Role; session: string };

/** Somebody who is not signed in (yet): `source` is his address, `origin` the panel's as he sees it, for links. */
export type Visitor = { source: string; origin: string; requestId: string };

/** Every service takes one; the actor is never optional. */
export type Ctx = Visitor & { actor: Actor };

export const newRequestId = (): string => randomUUID();
