import { db } from "../db.ts";

/** Forgets the failed sign-ins of an account, of its second step and of its known devices. @returns how many rows that were */
export async function forgive(name: string): Promise<number> {
  const devices = await db().knownDevice.findMany({ where: { account: { name } }, select: { tokenHash: true } });
  const kinds = ["account", "second", "prove"];
  const { count } = await db().signInFailure.deleteMany({
    where: {
      OR: [
        { key: { in: kinds.map((kind) => `${kind}:${name}`) } },
        ...kinds.map((kind) => ({ key: { startsWith: `pair:${kind}:${name} ` } })),
        ...devices.map(({ tokenHash }) => ({ key: { startsWith: "device:", endsWith: tokenHash } })),
      ],
    },
  });
  return count;
}
