import { parseArgs, type ParseArgsConfig } from "node:util";
import { Client } from "./client.ts";
import { readConfig } from "./config.ts";
import { usage } from "./failure.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** What a command gets: what was typed, and the panel. */
export type Typed = {
  args: string[];
  /** the text of an option, undefined when it was not given */
  text(name: string): string | undefined;
  /** all texts of an option that may be given several times */
  texts(name: string): string[];
  flag(name: string): boolean;
  json: boolean;
  client(): Promise<Client>;
  /** prints lines, or the value itself with --json */
  say(value: unknown, lines: string): void;
};

export type Command = {
  /** what it is called by, for example "jails start" */
  words: string;
  /** what follows the words */
  usage: string;
  summary: string;
  options?: Options;
  /** how many arguments it takes at least and at most */
  takes: [number, number];
  /** @returns the exit status */
  run(typed: Typed): Promise<number>;
};

const GLOBAL = {
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  "plain-http": { type: "boolean" },
} as const satisfies Options;

/** @returns what was typed after a command's words. @throws CliFailure for options that it has not, and too few or many arguments */
export function typed(command: Command, argv: readonly string[]): Typed & { help: boolean } {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...argv], options: { ...command.options, ...GLOBAL }, allowPositionals: true });
  } catch (error) {
    throw usage(`${(error as Error).message.split(". ")[0]}. See knast ${command.words} --help.`);
  }
  const { values, positionals: args } = parsed;
  const help = values.help === true;
  const [least, most] = command.takes;
  if (!help && (args.length < least || args.length > most))
    throw usage(`knast ${command.words} ${command.usage}`.trim());
  const json = values.json === true;
  return {
    args,
    help,
    json,
    text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    texts: (name) => [values[name] ?? []].flat().map(String),
    flag: (name) => values[name] === true,
    client: async () => new Client(await readConfig(values["plain-http"] === true)),
    say: (value, lines) => void process.stdout.write(`${json ? JSON.stringify(value, null, 2) : lines}\n`),
  };
}
