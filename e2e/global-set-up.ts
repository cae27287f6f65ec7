import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory for the hosts that prepared-host.ts keeps. @returns what removes it when all stories are told */
export default function setUp(): () => void {
  const path = mkdtempSync(join(tmpdir(), "knast-stories-"));
  process.env["KNAST_STORIES"] = path;
  return () => rmSync(path, { recursive: true, force: true });
}
