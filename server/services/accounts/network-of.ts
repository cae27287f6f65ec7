import { isIPv6 } from "node:net";

/**
 * Whom a limit by address holds: an IPv4 address, or the /64 of an IPv6 one, as one customer has at least that many addresses.
 * @returns the address, or the network as four groups in lower case and "::/64"; what is no address stays as it is, 64 characters of it
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address.slice(0, 64);
  const [head = "", tail] = address.toLowerCase().replace(/%.*$/, "").split("::") as [string, string?];
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  // A dotted end stands for two groups.
  const length = front.length + back.length + (/\./.test(address) ? 1 : 0);
  const all = [...front, ...Array.from({ length: Math.max(0, 8 - length) }, () => "0"), ...back];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
