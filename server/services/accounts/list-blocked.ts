import { db } from "../db.ts";

/** Who has to wait now: accounts, second steps, proofs, addresses and devices, the longest wait first. Names may be made up: control characters are taken out. */
export async function listBlocked(now = new Date()): Promise<{ what: string; failures: number; until: Date }[]> {
  const rows = await db().signInFailure.findMany({
    where: { blockedUntil: { gt: now } },
    orderBy: { blockedUntil: "desc" },
    take: 1000,
  });
  return rows.map(({ key, failures, blockedUntil }) => ({
    what: key
      .replaceAll(/[^\x20-\x7e]/g, "?")
      .replace(/^device:((?:second|prove):)?([0-9a-f]{8})[0-9a-f]*$/, "device:$1$2"),
    failures,
    until: blockedUntil!,
  }));
}
