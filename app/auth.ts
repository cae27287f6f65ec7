import NextAuth from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { cookieName, secret, secureCookies } from "@/server/services/accounts/read-session.ts";
import { type Claims, COOKIE_MS, whoIs } from "@/server/services/accounts/sessions.ts";
import { env } from "@/server/services/env.ts";
import { redeemTicket } from "@/server/services/sign-in/enter.ts";
import { landHere, logSignOn, ownWay, signOnCookies, signOnProvider } from "./sign-on.ts";

// The options are made at the first request: the secret is a file that the server makes when it starts.
export const { handlers, signIn, signOut } = NextAuth((request) => {
  const { signOn } = env();
  // The session of who has come back from the provider in this request.
  let landed: Claims | null = null;
  const cookie = { httpOnly: true, sameSite: "strict", path: "/", secure: secureCookies() } as const;
  return {
    secret: secret(),
    // server/web has compared Host and Origin with the panel's own before anything comes here.
    trustHost: true,
    basePath: "/api/auth",
    useSecureCookies: secureCookies(),
    cookies: { sessionToken: { name: cookieName(), options: cookie }, ...signOnCookies() },
    session: { strategy: "jwt", maxAge: COOKIE_MS / 1000 },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    logger: { error: logSignOn, warn: () => {}, debug: () => {} },
    providers: [
      Credentials({
        // Passwords and second factors are the services' affair; who comes here by hand has no ticket.
        credentials: { ticket: {} },
        authorize({ ticket }) {
          const entry = redeemTicket(ticket);
          return entry && { ...entry.claims, id: entry.claims.sub, name: entry.name };
        },
      }),
      ...(signOn ? [signOnProvider(signOn)] : []),
    ],
    callbacks: {
      async signIn({ account, profile }) {
        if (account?.type !== "oidc") return true;
        const answer = await landHere(request ? new URL(request.url).searchParams.get("state") : null, profile ?? {});
        if (typeof answer === "string") return answer;
        landed = answer;
        return true;
      },
      // Nothing that a request names decides where one is sent.
      redirect: ({ url, baseUrl }) => `${baseUrl}${ownWay(url)}`,
      async jwt({ token, user, account }) {
        if (account?.type === "oidc") return landed;
        if (user) {
          const { sub, ver, sid } = user as unknown as Claims;
          return { sub, ver, sid };
        }
        return (await whoIs(token, false)) ? token : null;
      },
      session: ({ session, token }) => ({ expires: session.expires, user: { name: token.name ?? "" } }),
    },
  };
});
