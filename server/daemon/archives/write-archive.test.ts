import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ArchiveWriter } from "./write-archive.ts";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "knast-writer-"))));
afterEach(() => rmSync(directory, { recursive: true }));

it("takes no more from a jail's tar than there is room for, not even of zeros behind the end", async () => {
  const path = join(directory, "one");
  const writer = await ArchiveWriter.begin(path, { "jail.conf": "", fstab: "" }, 10 * 1024 ** 2);
  const zeros = () => Buffer.alloc(1024 ** 2);
  for (let i = 0; i < 10; i++) await writer.tree(zeros());
  await expect(writer.tree(zeros())).rejects.toMatchObject({ code: "disk_full" });
  await writer.close();
  expect(statSync(path).size).toBeLessThan(11 * 1024 ** 2);
});
