import { addressBytes, blockContains, canonicalAddress, formatAddress, parseBlock } from "../../contract/ip.ts";
import { Hostname } from "../../contract/names.ts";
import type { HostInterface } from "./ifconfig.ts";
import { specialInBlock } from "./propose-address.ts";

/** Longest line of a request (RFC 1288 has none); what is longer is refused unread. */
export const MAX_REQUEST = 255;

export type PingTarget = { kind: "address" | "name"; value: string };

/**
 * @param line a request without its line end: `HOST`, or `/W HOST` as `finger -l` sends it
 * @returns what is to be pinged; null for anything else: users, `a@b` (forwarding), options, control characters, odd addresses
 */
export function parsePingRequest(line: string): PingTarget | null {
  if (line.length > MAX_REQUEST) return null;
  const text = line
    .replace(/^\/W +/i, "")
    .trim()
    .toLowerCase();
  const address = canonicalAddress(text);
  if (address !== null) return { kind: "address", value: address };
  // A name of digits and dots alone is an address in one of inet_aton(3)'s odd spellings: 127.1, 2130706433.
  if (/^[0-9.]+$/.test(text) || text.startsWith("0x")) return null;
  return Hostname.safeParse(text).success ? { kind: "name", value: text } : null;
}

/** Nobody's single host: this network, loopback, link-local, multicast, reserved, broadcast, IPv4 in IPv6. */
const REFUSED = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/3",
  "::/96",
  "::ffff:0:0/96",
  "fe80::/10",
  "ff00::/8",
].map((block) => parseBlock(block)!);

/** @returns whether one host may be behind an address: not the host's own loopback, no group, no network's broadcast */
export function mayPing(address: string, interfaces: readonly HostInterface[]): boolean {
  const bytes = addressBytes(address);
  if (bytes === null || REFUSED.some((block) => blockContains(block, bytes))) return false;
  return !interfaces.some((one) =>
    one.addresses.some(({ address: own, bits }) => {
      const ownBytes = addressBytes(own)!;
      if (ownBytes.length !== bytes.length || bits >= bytes.length * 8 - 1) return false;
      const network = ownBytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))));
      return specialInBlock(`${formatAddress(network)}/${bits}`, address) !== null;
    }),
  );
}

/** How often one source, and all together, may ask; without timers, from the moments of what was granted. */
export class PingRates {
  readonly #granted = new Map<string, number[]>();
  readonly #busy = new Set<string>();

  constructor(
    private readonly each = 6,
    private readonly all = 30,
    private readonly atOnce = 4,
  ) {}

  /** @param now milliseconds; @returns the function that gives the place back, null when it is too much */
  take(source: string, now: number): (() => void) | null {
    for (const [key, moments] of this.#granted) {
      const recent = moments.filter((moment) => moment > now - 60_000 && moment <= now);
      if (recent.length > 0) this.#granted.set(key, recent);
      else this.#granted.delete(key);
    }
    const his = this.#granted.get(source) ?? [];
    const total = [...this.#granted.values()].reduce((sum, moments) => sum + moments.length, 0);
    if (this.#busy.has(source) || this.#busy.size >= this.atOnce) return null;
    if (his.length >= this.each || total >= this.all) return null;
    this.#granted.set(source, [...his, now]);
    this.#busy.add(source);
    return () => void this.#busy.delete(source);
  }
}

/** The script that stands in for ping(8) in a jail. Its address of the host is in /etc/jailping. */
export const jailpingScript = (): string => `#!/bin/sh
# ping HOST, done by the host: a jail has no raw sockets.
if [ $# -ne 1 ]; then
	echo "usage: jailping host" >&2
	exit 64
fi
case "$1" in
-* | *@*)
	echo "usage: jailping host" >&2
	exit 64
	;;
esac
if ! read -r host </etc/jailping 2>/dev/null || [ -z "$host" ]; then
	echo "jailping: /etc/jailping names no host that would ping for this jail" >&2
	exit 78
fi
exec finger "$1@$host"
`;

const ALIAS = "alias ping /usr/local/bin/jailping";

/** @returns csh.cshrc(5) without our alias */
export const withoutPingAlias = (cshrc: string): string =>
  cshrc
    .split("\n")
    .filter((line) => line !== ALIAS)
    .join("\n");

/** @returns csh.cshrc(5) with the alias, which is there once */
export const withPingAlias = (cshrc: string | null): string => {
  const text = cshrc ?? "";
  if (text.split("\n").includes(ALIAS)) return text;
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${ALIAS}\n`;
};
