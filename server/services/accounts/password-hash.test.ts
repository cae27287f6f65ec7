import { expect, it } from "vitest";
import { hashPassword, NOBODY, verifyHash } from "./password-hash.ts";

it("does the same work for nobody as for somebody", async () => {
  const shape = (hash: string) => hash.split("$").map((part, i) => (i < 4 ? part : part.length));
  expect(shape(NOBODY)).toEqual(shape(await hashPassword("x")));
  expect(await verifyHash(null, "x")).toBe(false);
});

it("salts: two hashes of one password differ, and both hold", async () => {
  const [one, two] = await Promise.all([hashPassword("same words"), hashPassword("same words")]);
  expect(one).not.toBe(two);
  expect(await verifyHash(one, "same words")).toBe(true);
  expect(await verifyHash(two, "same word")).toBe(false);
});

it("sends away who would have to wait behind many", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 80 }, () => verifyHash(null, "x")));
  const refused = outcomes.filter((each) => each.status === "rejected");
  expect(refused).toHaveLength(80 - 4 - 64);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "too_many" });
});
