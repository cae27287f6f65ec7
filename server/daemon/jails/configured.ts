import { randomUUID } from "node:crypto";
import { basename, join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { readKnastId } from "../conf/jail-conf.ts";
import { addressesOf, EXPORT_SEPARATOR, parameterOf, parseJailExport, type Parameter } from "../conf/jail-export.ts";
import { includesOthers, withInclude } from "../conf/jail-main-conf.ts";
import { listNames, look, readText, removeFile, writeAtomic } from "../host/disk.ts";
import type { Run } from "../host/run.ts";

/** A jail that FreeBSD's config knows. */
export type Configured = {
  name: string;
  /** our $knast_id, null for a jail that was not made here */
  id: string | null;
  /** ETC/jail.conf.d/NAME.conf, null when the jail stands elsewhere */
  file: string | null;
  hostname: string;
  path: string;
  /** canonical */
  addresses: string[];
  params: Parameter[];
  /** a sentence when FreeBSD can't read its file; everything else is empty then */
  problem: string | null;
  /** in jail(8)'s own words, and the line that it names */
  mistake: { line: number | null; said: string } | null;
};

type Place = { etc: string; state: string };
type Mistake = { problem: string; mistake: NonNullable<Configured["mistake"]> };
type FileState = { signature: string; name: string; id: string | null; includes: boolean };

/** Reads all configured jails by FreeBSD's own parser, `jail -e`; keeps the answer until one of the files changes, unless one includes others. */
export class ConfiguredJails {
  #signature = "";
  #jails: Configured[] = [];
  #main = { signature: "unread", includes: false };
  readonly #files = new Map<string, FileState>();
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<Configured[]> | null = null;

  constructor(
    private readonly run: Run,
    private readonly place: Place,
  ) {}

  /**
   * One at a time, as all write the same file for jail(8); who comes while one is under way shares the next one.
   * @returns sorted by name; throws KnastError when jail(8) is missing or fails for no reason that names a file
   */
  read(): Promise<Configured[]> {
    if (this.#next) return this.#next;
    const begin = () => {
      this.#next = null;
      return this.#readNow();
    };
    this.#next = this.#last.then(begin, begin);
    this.#last = this.#next;
    return this.#next;
  }

  async #readNow(): Promise<Configured[]> {
    const files = await this.#readFiles();
    const main = join(this.place.etc, "jail.conf");
    const mainSignature = await this.#signatureOf(main);
    if (mainSignature !== this.#main.signature)
      this.#main = { signature: mainSignature, includes: this.#includesOthers(await textOrNull(main)) };
    const signature = [mainSignature, ...[...files].map(([path, one]) => path + one.signature)].join();
    const includes = this.#main.includes || [...files.values()].some((one) => one.includes);
    if (signature === this.#signature && !includes) return this.#jails;
    const jails = await this.#export(main, files);
    jails.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    this.#jails = jails;
    this.#signature = signature;
    return jails;
  }

  async #signatureOf(path: string): Promise<string> {
    const found = await look(path);
    return found ? `:${found.ino}:${found.size}:${found.mtimeMs}` : "";
  }

  async #readFiles(): Promise<Map<string, FileState>> {
    const directory = join(this.place.etc, "jail.conf.d");
    const names = ((await listNames(directory)) ?? []).filter((name) =>
      /^[^.\x00-\x1f"\\$][^\x00-\x1f"\\$]*\.conf$/.test(name),
    );
    const paths = names.map((name) => join(directory, name));
    const signatures = await Promise.all(paths.map((path) => this.#signatureOf(path)));
    for (const known of this.#files.keys()) if (!paths.includes(known)) this.#files.delete(known);
    for (const [i, path] of paths.entries()) {
      const signature = signatures[i]!;
      if (this.#files.get(path)?.signature === signature) continue;
      const name = basename(path, ".conf");
      const text = await readText(path).catch((error: unknown) => (isTooLarge(error) ? null : undefined));
      // What could not be read at the moment has a signature that none will have: it is read again.
      const known = text === undefined ? `unread ${randomUUID()}` : signature;
      const includes = this.#includesOthers(text ?? null);
      this.#files.set(path, { signature: known, name, id: idOf(text ?? null, name), includes });
    }
    return new Map(paths.map((path) => [path, this.#files.get(path)!]));
  }

  #includesOthers(text: string | null): boolean {
    return text !== null && includesOthers(text, this.place.etc);
  }

  /** One call for all; a file that FreeBSD can't read is named in the error, left out, and the call is made again. */
  async #export(main: string, files: Map<string, FileState>): Promise<Configured[]> {
    const mainText = await textOrNull(main);
    const broken = new Map<string, Mistake>();
    for (let tries = 0; tries <= files.size + 1; tries++) {
      const list = await this.#listFile(main, mainText, [...files.keys()], broken);
      const result = list
        ? await this.run("jail", ["-f", list, "-e", EXPORT_SEPARATOR], { deadline: 30_000, cap: 32 * 1024 * 1024 })
        : null;
      if (result === null || result.status === 0) return this.#rows(result?.stdout ?? "", files, broken);
      const [, path, line] = /^jail: (\/.+?)(?: line (\d+))?: /m.exec(result.stderr) ?? [];
      if (path === undefined || broken.has(path) || !(files.has(path) || path === main))
        throw new KnastError("internal", { cause: `jail -e: ${result.stderr.slice(0, 500)}` });
      const said = result.stderr
        .slice(0, 500)
        .replace(/[^\P{C}\n]/gu, "?")
        .trim();
      broken.set(path, {
        problem: `FreeBSD can't read ${path}${line ? `, line ${line}` : ""}. Mend that file by hand.`,
        mistake: { line: Number(line) || null, said },
      });
    }
    throw new KnastError("internal", { cause: "jail -e never succeeds" });
  }

  /** @returns the file to give to jail(8): ETC/jail.conf itself when it says it all, else one of ours that includes what is sound */
  async #listFile(
    main: string,
    mainText: string | null,
    files: string[],
    broken: Map<string, Mistake>,
  ): Promise<string | null> {
    const included = mainText !== null && withInclude(mainText, this.place.etc) === null;
    const own = join(this.place.state, "list.conf");
    if (broken.size === 0 && (included || (files.length === 0 && mainText !== null))) {
      await removeFile(own);
      return main;
    }
    const sound = files.filter((path) => !broken.has(path)).map((path) => `.include "${path}";\n`);
    const glob = /^[ \t]*\.include[ \t]+(["']?)[^"'\n;]*jail\.conf\.d\/\*\.conf\1[ \t]*;/m;
    const rest = mainText === null || broken.has(main) ? "" : mainText;
    if (rest === "" && sound.length === 0) return null;
    // What stands in jail.conf beside the include must still be listed, or its addresses would look free.
    await writeAtomic(
      own,
      glob.test(rest) ? rest.replace(glob, () => sound.join("")) : `${included ? "" : rest}\n${sound.join("")}`,
    );
    return own;
  }

  #rows(text: string, files: Map<string, FileState>, broken: Map<string, Mistake>): Configured[] {
    const byName = new Map([...files].map(([path, one]) => [one.name, { path, ...one }]));
    const jails = parseJailExport(text).flatMap((jail): Configured[] => {
      if (jail.name === null || jail.name.length > 255) return [];
      const file = byName.get(jail.name);
      return [
        {
          name: jail.name,
          id: file?.id ?? null,
          file: file?.path ?? null,
          hostname: parameterOf(jail, "host.hostname") ?? jail.name,
          path: parameterOf(jail, "path") ?? "",
          addresses: addressesOf(jail),
          params: jail.params,
          problem: null,
          mistake: null,
        },
      ];
    });
    for (const [path, mistake] of broken) {
      const file = files.get(path);
      if (!file) continue;
      const empty = { hostname: "", path: "", addresses: [], params: [] };
      jails.push({ name: file.name, id: file.id, file: path, ...empty, ...mistake });
    }
    return jails;
  }
}

const isTooLarge = (error: unknown): boolean => error instanceof KnastError && error.code === "too_large";

const textOrNull = (path: string): Promise<string | null> => readText(path).catch(() => null);

function idOf(text: string | null, name: string): string | null {
  try {
    return text === null ? null : readKnastId(text, name);
  } catch {
    return null;
  }
}
