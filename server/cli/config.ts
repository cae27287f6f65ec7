import { chmod, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { TOKEN } from "../contract/token.ts";
import { environment } from "./env.ts";
import { CliFailure, EXIT, usage } from "./failure.ts";

const Config = z.strictObject({
  url: z.string(),
  token: z.string().regex(TOKEN),
  plainHttp: z.boolean().default(false),
});
export type Config = z.infer<typeof Config>;

/**
 * @returns where the panel is and the token for it: from KNAST_URL and KNAST_TOKEN, else from the file that `knast login` writes
 * @throws CliFailure without either, and for a file that others may read
 */
export async function readConfig(plainHttp = false): Promise<Config> {
  const { url, token, file } = environment();
  if (url && token) return checked({ url, token, plainHttp });
  if (url || token) throw usage("Set both KNAST_URL and KNAST_TOKEN, or neither.");
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) throw new CliFailure(`Others may read ${file}, which holds a token: chmod 600 it.`);
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    throw new CliFailure("No token yet: run knast login URL, or set KNAST_URL and KNAST_TOKEN.", EXIT.token);
  }
  const parsed = Config.safeParse(parsedJson(text));
  if (!parsed.success) throw new CliFailure(`${file} can't be read: run knast login URL again.`);
  return checked({ ...parsed.data, plainHttp: plainHttp || parsed.data.plainHttp });
}

/** A token does not go over an open line by mistake. @returns with the origin only. @throws CliFailure */
export function checked(config: Config): Config {
  const url = URL.canParse(config.url) ? new URL(config.url) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.pathname !== "/" || url.search)
    throw usage(`This is no panel's address, like https://panel.example.org: ${config.url}`);
  if (!TOKEN.test(config.token)) throw new CliFailure("This is no token: one begins with knast_.", EXIT.token);
  const home = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === "http:" && !home && !config.plainHttp)
    throw usage(`${url.origin} is not encrypted, and the token would be read on the way. --plain-http if you mean it.`);
  return { ...config, url: url.origin };
}

/** Writes the file anew, readable for its owner only from its first byte. */
export async function writeConfig(config: Config): Promise<string> {
  const { file } = environment();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const made = `${file}.${process.pid}`;
  const handle = await open(made, "wx", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(config, null, 2)}\n`);
  } finally {
    await handle.close();
  }
  await chmod(made, 0o600);
  await rename(made, file);
  return file;
}

export const removeConfig = (): Promise<void> => rm(environment().file, { force: true });

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
