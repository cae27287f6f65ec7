import { readFile } from "node:fs/promises";
import { CliFailure } from "./failure.ts";

/** @returns the text of a file, of standard input for `-`. @throws CliFailure */
export async function textOf(path: string): Promise<string> {
  if (path !== "-")
    return readFile(path, "utf8").catch((error: Error) => {
      throw new CliFailure(error.message);
    });
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
