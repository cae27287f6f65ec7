import { z } from "zod";
import { Address } from "./addresses.ts";
import { addressBytes, blockContains, parseBlock, parseRange } from "./ip.ts";
import { InterfaceName } from "./names.ts";

/** An address, or two with a hyphen between: nobody gets one from there. */
const Reserved = z
  .string()
  .max(100)
  .refine((text) => parseRange(text) !== null, "Give an address, or a range like 10.0.2.10-10.0.2.19.");

/** Addresses that the admin hands out on one interface. */
export const Pool = z
  .strictObject({
    interface: InterfaceName,
    block: z
      .string()
      .max(64)
      .refine((text) => parseBlock(text) !== null, "Give a block like 10.0.2.0/24 or 2001:db8::/64."),
    /** default route of vnet jails; other jails use the host's */
    gateway: Address.optional(),
    reserved: z.array(Reserved).max(64).optional(),
  })
  .superRefine((pool, context) => {
    const block = parseBlock(pool.block);
    if (!block) return;
    const outside = (text: string): boolean => {
      const bytes = addressBytes(text);
      return bytes !== null && !blockContains(block, bytes);
    };
    if (pool.gateway && addressBytes(pool.gateway)?.length !== block.bytes.length)
      context.addIssue({ code: "custom", path: ["gateway"], message: "This gateway is not of the block's family." });
    for (const [i, text] of (pool.reserved ?? []).entries())
      if (text.split("-").some((end) => outside(end.trim())))
        context.addIssue({ code: "custom", path: ["reserved", i], message: `${text} is not within ${pool.block}.` });
  });
export type Pool = z.infer<typeof Pool>;
