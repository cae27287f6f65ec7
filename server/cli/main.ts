#!/usr/bin/env node
import { COMMANDS, commandOf } from "./commands.ts";
import { typed } from "./command.ts";
import { CliFailure, EXIT, usage } from "./failure.ts";
import type { LocalCommand } from "./local.ts";
import { plain } from "./print.ts";

/** The commands of the host lie beside this one where the panel is installed; elsewhere there are none. */
async function local(): Promise<Record<string, LocalCommand>> {
  const beside = new URL(import.meta.filename.endsWith(".ts") ? "local.ts" : "knast-local.js", import.meta.url).href;
  try {
    return ((await import(beside)) as { LOCAL: Record<string, LocalCommand> }).LOCAL;
  } catch (error) {
    if (["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"].includes((error as { code?: string }).code ?? "")) return {};
    throw error;
  }
}

async function help(): Promise<string> {
  const all = [...COMMANDS, ...Object.entries(await local()).map(([words, each]) => ({ words, ...each }))];
  const width = Math.max(...all.map(({ words }) => words.length));
  return [
    "knast COMMAND [--json] [--plain-http]: the panel from the command line, by a token of yours (knast login URL).",
    "",
    ...all.map(({ words, summary }) => `  ${words.padEnd(width)}  ${summary}`),
    "",
    "knast COMMAND --help says how it is called. KNAST_URL and KNAST_TOKEN go before what knast login has kept.",
    "Status: 0 done, 1 refused or failed, 2 called wrongly, 3 no good token, 4 not there, 5 can't be reached.",
  ].join("\n");
}

async function main(argv: string[]): Promise<number> {
  if (argv.length === 0 || ["help", "--help", "-h"].includes(argv[0]!)) {
    process.stdout.write(`${await help()}\n`);
    return argv.length === 0 ? EXIT.usage : EXIT.done;
  }
  const found = commandOf(argv);
  if (!found) {
    const here = (await local())[argv[0]!];
    if (here) return here.run(argv.slice(1));
    throw usage(`There is no command ${plain(argv.slice(0, 2).join(" "))}. knast help lists them.`);
  }
  const { command, rest } = found;
  const to = typed(command, rest);
  if (!to.help) return command.run(to);
  process.stdout.write(`knast ${command.words} ${command.usage}\n  ${command.summary}\n`);
  return EXIT.done;
}

// Somebody who has read enough (head) ends us without a word.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : EXIT.failed));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`knast: ${error instanceof CliFailure ? error.message : plain(String(error))}\n`);
  process.exitCode = error instanceof CliFailure ? error.exit : EXIT.failed;
}
