import { z } from "zod";
import { GrantRight, GrantRights } from "./grants.ts";
import { JailName } from "./names.ts";
import { AccountRef } from "./panel.ts";

/** A personal token: this, then 256 random bits as base64url, so that a leaked one is found by searching for it. */
export const TOKEN_PREFIX = "knast_";
export const TOKEN = /^knast_[A-Za-z0-9_-]{43}$/;

/** Longest life of a token: who still uses it after a year makes another one. */
export const TOKEN_DAYS = { least: 1, most: 366, usual: 90 } as const;
/** How many an account may have at once. */
export const TOKENS_MAX = 50;

export const TokenId = z.string().min(1).max(64);

/** It never may more than its account: these narrow what the account may at the moment of each use. */
export const TokenForm = z
  .strictObject({
    name: z.string().trim().min(1, "Say what it is for.").max(60),
    /** everything that its account may as an admin, on all jails */
    admin: z.boolean().default(false),
    rights: GrantRights,
    /** null: all that the account may reach, also those that come later */
    jails: z.array(JailName).min(1, "Choose a jail, or all.").max(100).nullable(),
    days: z.int().min(TOKEN_DAYS.least).max(TOKEN_DAYS.most, "A token lives for 366 days at most."),
  })
  .refine((form) => !form.admin || form.jails === null, {
    path: ["jails"],
    message: "An admin's token is for all jails.",
  });
export type TokenForm = z.input<typeof TokenForm>;

export const Token = z.strictObject({
  id: TokenId,
  name: z.string(),
  /** its first characters */
  hint: z.string(),
  account: AccountRef,
  admin: z.boolean(),
  rights: z.array(GrantRight),
  /** null: all; a name is null when there is no such jail any more */
  jails: z.array(z.strictObject({ id: z.string(), name: z.string().nullable() })).nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  lastUsedFrom: z.string().nullable(),
  /** ended: with all sessions of its account, by a new password or because it was disabled */
  state: z.enum(["good", "expired", "ended"]),
});
export type Token = z.infer<typeof Token>;

/** `secret` is shown this once. */
export const MadeToken = z.strictObject({ token: Token, secret: z.string().regex(TOKEN) });
export type MadeToken = z.infer<typeof MadeToken>;

export const TokenRef = z.strictObject({ token: TokenId });
