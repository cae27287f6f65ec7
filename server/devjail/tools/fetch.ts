import { createWriteStream, rmSync } from "node:fs";
import { get as getHttp, type IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";
import { pipeline } from "node:stream/promises";
import { getopt, type Call } from "../io.ts";

/** HTTP's answers as fetch(3) names them. */
const SAID: Record<number, string> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
const BROKEN: Record<string, string> = {
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
  ENOTFOUND: "Host does not resolve",
  EAI_AGAIN: "Transient resolver failure",
  ENETUNREACH: "Network is unreachable",
  EHOSTUNREACH: "No route to host",
  ETIMEDOUT: "Operation timed out",
};

class Refusal extends Error {}

/** fetch(1) -T seconds -o FILE URL, for http and https; it draws no progress, as without a terminal. */
export async function fetchFile(call: Call): Promise<number> {
  const parsed = getopt(call, "1468aAB:dFh:i:lMmN:no:pqRrS:sT:Uvw:");
  const value = (flag: string) => parsed?.flags.findLast((one) => one.flag === flag)?.value;
  const [url] = parsed?.rest ?? [];
  const path = value("o");
  if (!parsed || url === undefined || path === undefined || parsed.rest.length !== 1) {
    call.io.err("usage: fetch [-146AadFlMmnPpqRrsUv] [-B bytes] [-T seconds] [-o file] URL ...\n");
    return 1;
  }
  try {
    const answer = await ask(url, Number(value("T") ?? 120) * 1000);
    const length = Number(answer.headers["content-length"] ?? NaN);
    const file = createWriteStream(path);
    await pipeline(answer, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOSPC") throw new Refusal("No space left on device");
      if (!answer.complete && !Number.isNaN(length)) return;
      throw error;
    });
    if (Number.isNaN(length) || file.bytesWritten === length) return 0;
    call.io.err(`fetch: ${path} appears to be truncated: ${file.bytesWritten}/${length} bytes\n`);
    return 1;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    call.io.err(`fetch: ${url}: ${error instanceof Refusal ? message : (BROKEN[code ?? ""] ?? message)}\n`);
    if (!(error instanceof Refusal)) rmSync(path, { force: true });
    return 1;
  }
}

async function ask(url: string, patience: number, hops = 0): Promise<IncomingMessage> {
  const { protocol } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") throw new Refusal("Unsupported redirect");
  const get = protocol === "http:" ? getHttp : getHttps;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = get(url, { agent: false, headers: { "user-agent": "fetch libfetch/2.0" } }, resolve);
    asked.on("error", reject);
    asked.setTimeout(patience, () => asked.destroy(new Refusal("Operation timed out")));
  });
  const { statusCode = 0, headers } = answer;
  if (statusCode === 200) return answer;
  answer.resume();
  if (statusCode >= 300 && statusCode < 400 && headers.location && hops < 20)
    return ask(new URL(headers.location, url).href, patience, hops + 1);
  throw new Refusal(SAID[statusCode] ?? "Unknown HTTP error");
}
