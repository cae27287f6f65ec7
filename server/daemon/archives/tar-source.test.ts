import { expect, test } from "vitest";
import type { RunOptions } from "../host/run.ts";
import type { StepContext } from "../jobs/step.ts";
import { unpackTree } from "./tar-source.ts";

/** A tar that is satisfied after so many pieces, whoever feeds it and what he has still to check. */
const tarThatReads = (pieces: number) =>
  ({
    run: async (_program: string, _args: string[], { feed }: RunOptions) => {
      const iterator = feed![Symbol.asyncIterator]();
      for (let i = 0; i < pieces; i++) await iterator.next();
      return { status: 0, signal: null, stdout: "", stderr: "", timedOut: false };
    },
  }) as unknown as StepContext;

async function* twoPieces() {
  yield Buffer.from("a");
  yield Buffer.from("b");
}

test("a tree is unpacked only when all of it was read, so that its checksum was compared", async () => {
  await expect(unpackTree(tarThatReads(2), "/new", twoPieces())).rejects.toMatchObject({ code: "timed_out" });
  await expect(unpackTree(tarThatReads(3), "/new", twoPieces())).resolves.toBeUndefined();
});
