import { isIPv4, isIPv6 } from "./ip.ts";
import { z } from "zod";

/** IPv4 address in dotted decimals, each 0 to 255 without leading zeros. */
export const Ip4 = z.string().refine(isIPv4, "This is not an IPv4 address.");
export type Ip4 = z.infer<typeof Ip4>;

/** IPv6 address without a zone; compare with canonicalAddress() (RFC 5952). */
export const Ip6 = z.string().refine(isIPv6, "This is not an IPv6 address.");
export type Ip6 = z.infer<typeof Ip6>;

export const Address = z.union([Ip4, Ip6], "This is not an IP address.");
export type Address = z.infer<typeof Address>;
