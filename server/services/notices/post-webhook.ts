import { lookup } from "node:dns/promises";
import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { isIP } from "node:net";
import { mayReach } from "./address-rules.ts";

/** From the name's look-up to the answer's status. */
const DEADLINE_MS = 10_000;

/** Why a webhook was not taken, in words for its owner; the answer's own words are never among them. */
export class NotTaken extends Error {}

export type Post = {
  url: string;
  body: string;
  headers: Record<string, string>;
  own: ReadonlySet<string>;
  allowPrivate: boolean;
};

/**
 * Posts a JSON body and waits for the status alone. The name is looked up once, each of its addresses must be allowed, and the
 * connection goes to one of those: a name that changes its mind leads nowhere else. A redirect is not followed.
 * @throws NotTaken unless the answer is 2xx
 */
export async function postWebhook({ url: text, body, headers, own, allowPrivate }: Post, deadlineMs = DEADLINE_MS) {
  const url = new URL(text);
  const stop = AbortSignal.timeout(deadlineMs);
  const late = new Promise<never>((_, reject) =>
    stop.addEventListener("abort", () =>
      reject(new NotTaken(`It did not answer within ${deadlineMs / 1000} seconds.`)),
    ),
  );
  late.catch(() => {});
  const addresses = await Promise.race([late, addressesOf(url.hostname.replace(/^\[|\]$/g, ""))]);
  if (addresses.some(({ address }) => !mayReach(address, own, allowPrivate)))
    throw new NotTaken("It leads to an address of this host, of a jail or of a private network.");
  const status = await Promise.race([late, statusOf(url, body, headers, addresses[0]!, stop)]);
  if (status >= 300 && status < 400) throw new NotTaken("It answers with a redirect, which is not followed.");
  if (status < 200 || status >= 300) throw new NotTaken(`It answered with status ${status}.`);
}

type Found = { address: string; family: number };

async function addressesOf(name: string): Promise<Found[]> {
  if (isIP(name)) return [{ address: name, family: isIP(name) }];
  const found = await lookup(name, { all: true }).catch(() => []);
  if (found.length === 0) throw new NotTaken("Its name can't be looked up.");
  return found;
}

function statusOf(
  url: URL,
  body: string,
  headers: Record<string, string>,
  { address, family }: Found,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === "https:" ? overHttps : overHttp)(
      url,
      {
        method: "POST",
        agent: false,
        signal,
        maxHeaderSize: 16 * 1024,
        lookup: (_name, options, found) =>
          options.all ? found(null, [{ address, family }]) : found(null, address, family),
        headers: {
          ...headers,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": "KnastHorst",
        },
      },
      (answer) => {
        resolve(answer.statusCode ?? 0);
        answer.destroy();
      },
    );
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        new NotTaken(
          /CERT|SSL|TLS|ALTNAME|SELF_SIGNED|ISSUER/i.test(error.code ?? "")
            ? "Its certificate can't be trusted."
            : "It can't be reached.",
        ),
      ),
    );
    outgoing.end(body);
  });
}
