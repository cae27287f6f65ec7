import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Context = { path: string; body: unknown; req: IncomingMessage };
type Provider = {
  proxy: boolean;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
  on(event: string, heard: (...values: unknown[]) => void): void;
};
// The package has no types of its own; a name that is no literal is not looked up.
const load = async () =>
  ((await import("oidc-provider" as string)) as { default: new (issuer: string, options: object) => Provider }).default;

export type Claims = Record<string, unknown>;

/**
 * A real OpenID provider at http://localhost:PORT, which is another site than the panel's 127.0.0.1. Its own pages ask for a
 * name and believe it; that name is the subject.
 * @param redirect where it may send people back to
 */
export async function oidcServer(redirect: string) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const client = { client_id: "knast", client_secret: "secret-of-knast", redirect_uris: [redirect] };
  const Provider = await load();
  const provider = new Provider(issuer, {
    clients: [client],
    cookies: { keys: ["e2e"] },
    claims: { openid: ["sub"], profile: ["preferred_username"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: sub.split("-")[0], email: "erdgeist@example.org" }),
    }),
  });
  const state = {
    issuer,
    env: {
      KNAST_OIDC_ISSUER: issuer,
      KNAST_OIDC_CLIENT_ID: client.client_id,
      KNAST_OIDC_CLIENT_SECRET: client.client_secret,
      KNAST_OIDC_NAME: "the club",
    },
    /** changes the claims of each id token that is given out, as a provider that lies would */
    lie: null as null | ((claims: Claims) => Claims),
    /** how often a code was exchanged for tokens, and how often that was refused */
    exchanged: 0,
    refused: 0,
    stop: () => (server.closeAllConnections(), server.close()),
  };
  provider.use(async (context, next) => {
    await next();
    if (context.path !== "/token") return;
    const body = context.body as { id_token?: string } | undefined;
    if (!body?.id_token) return void state.refused++;
    state.exchanged++;
    if (!state.lie) return;
    const [head, claims, signature] = body.id_token.split(".") as [string, string, string];
    const lies = state.lie(JSON.parse(Buffer.from(claims, "base64url").toString()) as Claims);
    body.id_token = [head, Buffer.from(JSON.stringify(lies)).toString("base64url"), signature].join(".");
  });
  server.on("request", provider.callback());
  return state;
}
