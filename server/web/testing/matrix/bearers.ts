import { randomBytes } from "node:crypto";
import { GrantRight } from "../../../contract/grants.ts";
import { Right } from "../../../contract/panel.ts";
import { TOKEN_PREFIX } from "../../../contract/token.ts";
import { db } from "../../../services/db.ts";
import { hashOfToken } from "../../../services/tokens/read-token.ts";
import { type Actor, ACTORS, type Target, type World } from "./world.ts";

/** A token by what narrows it; `jails` null: all that its account reaches. */
type Scope = { admin: boolean; rights: readonly GrantRight[]; jails: readonly string[] | null };
/** Who comes to the API: an actor, by a token of his. Without a scope he brings none that is good. */
export type Bearer = {
  name: string;
  actor: Actor;
  scope: Scope | null;
  state: "good" | "none" | "expired" | "ended";
  /** he has everything but this, so that he differs from its actor here alone */
  without?: GrantRight;
  /** beside seeing he may do this alone */
  alone?: GrantRight;
};

/** Every actor with all that he can put into a token, and the owner and the admin with each narrower one. */
export function bearersOf(world: World): Bearer[] {
  const good = (name: string, actor: Actor, scope: Partial<Scope> = {}): Bearer => {
    const whole = { admin: actor === "admin", rights: GrantRight.options, jails: null };
    return { name, actor, scope: { ...whole, ...scope }, state: "good" };
  };
  const bad = (state: "none" | "expired" | "ended", actor: Actor): Bearer => ({
    name: `${actor}, ${state}`,
    actor,
    scope: null,
    state,
  });
  return [
    bad("none", "anonymous"),
    bad("expired", "admin"),
    bad("ended", "admin"),
    bad("ended", "owner"),
    ...ACTORS.slice(1).map((actor) => good(actor, actor)),
    ...GrantRight.options.map((right) => ({
      ...good(`owner, ${right} alone`, "owner", { rights: ["see", right] }),
      alone: right,
    })),
    ...GrantRight.options.slice(1).map((right) => ({
      ...good(`owner, all but ${right}`, "owner", { rights: GrantRight.options.filter((each) => each !== right) }),
      without: right,
    })),
    good("owner, another jail", "owner", { jails: [world.jails.busy.id!] }),
    good("admin, as a friend", "admin", { admin: false }),
    good("admin, to look", "admin", { admin: false, rights: ["see"] }),
    good("admin, one jail", "admin", { admin: false, jails: [world.jails.mail.id!] }),
  ];
}

/** A new token of a bearer, straight into the database: an account may have fewer than the matrix needs. @returns its secret; undefined for who has none */
export async function secretOf(world: World, { actor, scope, state }: Bearer): Promise<string | undefined> {
  if (state === "none") return undefined;
  const secret = TOKEN_PREFIX + randomBytes(32).toString("base64url");
  const { id: accountId, sessionVersion } = await db().account.findUniqueOrThrow({ where: { name: actor } });
  const { admin, rights, jails } = scope ?? { admin: true, rights: GrantRight.options, jails: null };
  await db().apiToken.create({
    data: {
      accountId,
      name: "matrix",
      tokenHash: hashOfToken(secret),
      hint: secret.slice(0, TOKEN_PREFIX.length + 4),
      rights: [...(admin ? ["admin"] : []), ...rights].join(),
      jails: jails && JSON.stringify(jails),
      version: state === "ended" ? sessionVersion - 1 : sessionVersion,
      expiresAt: new Date(Date.now() + (state === "expired" ? -1000 : 3_600_000)),
    },
  });
  return secret;
}

/** What a bearer may on a target: what the account may there, as far as the token lets it; null: there is nothing of the kind. */
export function rightsOfBearer(world: World, { actor, scope }: Bearer, target: Target): readonly Right[] | null {
  const held = scope && world.rightsOn(actor, target);
  if (!held) return null;
  const { id } = Object.values(world.jails).find(({ name }) => name === world.nameOf(actor, target))!;
  if (scope.jails && !scope.jails.includes(id!)) return null;
  const within = (right: Right) =>
    right === "create" || right === "destroy" ? scope.admin : scope.rights.includes(right);
  return held.filter(within);
}
