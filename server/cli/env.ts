import { homedir } from "node:os";
import { join } from "node:path";

/** What the command is told by its environment; the only place that reads it. */
export function environment(from: Record<string, string | undefined> = process.env) {
  const config = from.XDG_CONFIG_HOME || join(homedir(), ".config");
  return {
    /** both or neither: a token is for one panel */
    url: from.KNAST_URL || null,
    token: from.KNAST_TOKEN || null,
    file: from.KNAST_CONFIG || join(config, "knast", "config.json"),
  };
}
