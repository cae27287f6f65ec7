import { BlockList, isIP } from "node:net";

/** Of IPv4, what is no host on the public net (IANA's special-purpose registry, RFC 6890). */
const SPECIAL_V4 =
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 \
192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4";
/** Of IPv6, global unicast is 2000::/3; these parts of it are none, or hold an IPv4 address in disguise. */
const GLOBAL_V6 = "2000::/3";
const SPECIAL_V6 = "2001::/23 2001:db8::/32 2002::/16 3fff::/20";
/** Nobody's webhook, whatever the admin allows: cloud metadata, groups, no address at all. */
const NEVER = "0.0.0.0/8 169.254.0.0/16 224.0.0.0/4 240.0.0.0/4";
const NEVER_V6 = "::/128 fe80::/10 ff00::/8";

function list(blocks: string): BlockList {
  const made = new BlockList();
  for (const block of blocks.split(" ")) {
    const [address, bits] = block.split("/") as [string, string];
    made.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return made;
}
const specialV4 = list(SPECIAL_V4);
const globalV6 = list(GLOBAL_V6);
const specialV6 = list(SPECIAL_V6);
const never = list(`${NEVER} ${NEVER_V6}`);

/**
 * Whether a webhook may lead to an address.
 * @param address as the resolver gave it; a scope (%em0) or anything that is no address is refused
 * @param own addresses of this host and of its jails, canonical
 * @param allowPrivate the admin's setting: own, loopback and private ones too
 */
export function mayReach(address: string, own: ReadonlySet<string>, allowPrivate: boolean): boolean {
  const plain = unmapped(address);
  const kind = isIP(plain);
  if (kind === 0 || plain.includes("%")) return false;
  const family = kind === 6 ? "ipv6" : "ipv4";
  if (never.check(plain, family)) return false;
  if (allowPrivate) return true;
  if (own.has(canonical(plain))) return false;
  if (kind === 4) return !specialV4.check(plain, "ipv4");
  return globalV6.check(plain, "ipv6") && !specialV6.check(plain, "ipv6");
}

/** One spelling for each address, so that sets of them can be compared. */
export function canonical(address: string): string {
  const plain = unmapped(address);
  return isIP(plain) === 6 && !plain.includes("%") ? new URL(`http://[${plain}]`).hostname.slice(1, -1) : plain;
}

/** ::ffff:10.0.0.1, however it is spelled, is 10.0.0.1. */
function unmapped(address: string): string {
  if (isIP(address) !== 6 || address.includes("%")) return address;
  const found = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(new URL(`http://[${address}]`).hostname);
  if (!found) return address;
  const [high, low] = [parseInt(found[1]!, 16), parseInt(found[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
