import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { linesOf, listFiles } from "../chain/files.ts";
import { matches } from "../chain/find.ts";
import { parseLine } from "../chain/line.ts";
import { verifyChain } from "../chain/verify.ts";
import { AuditQuery, filterOf } from "../contract/audit.ts";
import { env } from "../services/env.ts";
import { complain, say } from "./become-web-account.ts";

export const USAGE =
  "usage: knast audit verify [--state DIR]\n       knast audit export [--jail NAME] [--who NAME] [--what VERB] [--result WORD] [--from DAY] [--to DAY] [--state DIR]";
const NAMES = ["jail", "who", "what", "result", "from", "to"] as const;

/**
 * `knast audit` reads the daemon's files themselves, as root, whether knastd and the panel run or not.
 * @returns the exit status: 0; 1 when the trail is not as it was written; 64 for wrong arguments; 66 where there is none; 77 for others than root
 */
export async function run(args: string[]): Promise<number> {
  const asked = readArguments(args);
  if (!asked) {
    complain(USAGE);
    return 64;
  }
  const directory = join(asked.state ?? usualState(), "daemon", "audit");
  try {
    return await (asked.command === "verify" ? verify(directory) : exportLines(directory, asked.query));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") {
      complain("Only root may read the audit trail.");
      return 77;
    }
    if (code !== "ENOENT") throw error;
    complain(`There is no audit trail at ${directory}. Set KNAST_STATE, or give --state, the state directory.`);
    return 66;
  }
}

type Asked = { command: "verify" | "export"; state: string | undefined; query: AuditQuery };

function readArguments(args: string[]): Asked | null {
  const text = { type: "string" } as const;
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { state: text, jail: text, who: text, what: text, result: text, from: text, to: text },
    });
    const [command, ...more] = positionals;
    if ((command !== "verify" && command !== "export") || more.length > 0) return null;
    const { state, ...rest } = values;
    if (command === "verify" && NAMES.some((name) => rest[name] !== undefined)) return null;
    return { command, state, query: AuditQuery.parse({ ...rest }) };
  } catch {
    return null;
  }
}

/** As npm start and the package lay it. */
function usualState(): string {
  const state = dirname(env().dir);
  return existsSync(state) ? state : "/var/db/knast";
}

async function verify(directory: string): Promise<number> {
  const { records, files, problem } = await verifyChain(directory);
  if (!problem) {
    say(`Whole: ${records} records in ${files} files. None was edited, removed, moved or cut off.`);
    return 0;
  }
  say(`Not whole: ${problem.says}`);
  say(
    `First bad record: ${problem.seq} (${problem.why}). ${records} records from the first on are as they were written.`,
  );
  return 1;
}

/** The lines as they stand, oldest first; they are printable ASCII. What is no record is left out and counted. */
async function exportLines(directory: string, query: AuditQuery): Promise<number> {
  const filter = filterOf(query);
  let odd = 0;
  for (const { path } of await listFiles(directory))
    for await (const { line, whole } of linesOf(path)) {
      const record = parseLine(line);
      if (!record && whole) odd++;
      if (record && matches(record, filter) && !process.stdout.write(`${line}\n`))
        await new Promise((resolve) => process.stdout.once("drain", resolve));
    }
  if (odd > 0) complain(`${odd} lines are no records and were left out; knast audit verify says more.`);
  return odd > 0 ? 1 : 0;
}
