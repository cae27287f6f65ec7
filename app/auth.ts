import NextAuth, { CredentialsSignin } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { KnastError } from "@/server/contract/errors.ts";
import { cookieName, secret, secureCookies } from "@/server/services/accounts/read-session.ts";
import { ABSOLUTE_MS, actorOf, beginSession } from "@/server/services/accounts/sessions.ts";
import { verifyPassword } from "@/server/services/accounts/verify-password.ts";
import { visitorOf } from "./visitor.ts";

/** Carries the sentence of a refused sign-in through next-auth. */
export class Refused extends CredentialsSignin {
  constructor(readonly reason: KnastError) {
    super();
    this.code = reason.code;
  }
}

// The options are made at the first request: the secret is a file that the server makes when it starts.
export const { handlers, signIn, signOut } = NextAuth(() => {
  const cookie = { httpOnly: true, sameSite: "strict", path: "/", secure: secureCookies() } as const;
  return {
    secret: secret(),
    // server/web has compared Host and Origin with the panel's own before anything comes here.
    trustHost: true,
    basePath: "/api/auth",
    useSecureCookies: secureCookies(),
    cookies: { sessionToken: { name: cookieName(), options: cookie } },
    session: { strategy: "jwt", maxAge: ABSOLUTE_MS / 1000 },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
    providers: [
      Credentials({
        credentials: { name: {}, password: { type: "password" } },
        async authorize(given, request) {
          const { name, password } = given;
          try {
            const account = await verifyPassword(visitorOf(request.headers), { name, password });
            return { ...(await beginSession(account.id)), id: account.id, name: account.name };
          } catch (error) {
            if (error instanceof KnastError) throw new Refused(error);
            throw error;
          }
        },
      }),
    ],
    callbacks: {
      async jwt({ token, user }) {
        if (user) {
          const { sub, ver, sid } = user as unknown as Awaited<ReturnType<typeof beginSession>>;
          return { sub, ver, sid };
        }
        return (await actorOf(token, false)) ? token : null;
      },
      session: ({ session, token }) => ({ expires: session.expires, user: { name: token.name ?? "" } }),
    },
  };
});
