import { expect, it, vi } from "vitest";
import { KnastError } from "./errors.ts";

class Refusal extends KnastError {}

it("is known in the other bundle of the process, and its kinds are kept apart", async () => {
  vi.resetModules();
  const other = (await import("./errors.ts")).KnastError;
  expect(other).not.toBe(KnastError);
  expect(new other("busy")).toBeInstanceOf(KnastError);
  expect(new KnastError("busy")).toBeInstanceOf(other);
  expect(new Refusal("busy")).toBeInstanceOf(KnastError);
  expect(new Refusal("busy")).toBeInstanceOf(Refusal);
  expect(new KnastError("busy") instanceof Refusal).toBe(false);
  for (const value of [new Error("x"), null, "busy", { code: "busy" }]) expect(value instanceof KnastError).toBe(false);
});
