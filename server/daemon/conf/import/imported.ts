import type { TakeOverScheme } from "../../../contract/take-over.ts";

/** A parameter of jail.conf(5); `values` null is a bare flag. */
export type ConfLine = { name: string; values: string[] | null };

/** What becomes of a file in which the jail stood: its new text, or null when it goes. */
export type Edit = { path: string; after: string | null };

/** A jail as another tool's files describe it, translated as far as it can be. */
export type Imported = {
  scheme: TakeOverScheme;
  /** as its tool calls it */
  name: string;
  /** what jls(8) calls it while it runs */
  runsAs: string;
  params: ConfLine[];
  /** text of the fstab that it needs in ETC/fstab.TARGET; null when it has none */
  fstab: string | null;
  /** whether its own tool starts it at boot */
  autostart: boolean;
  sources: string[];
  edits: Edit[];
  /** the text as root wrote it, kept as a comment above the new config */
  original: { path: string; text: string } | null;
  /** the jail has a file of its own in jail.conf.d already: only our mark is put into it */
  ownFile: string | null;
  untranslated: string[];
  notes: string[];
  /** a sentence when it can't be taken over at all */
  refused: string | null;
};

/** Where things lie: knastd's options. */
export type ImportPlace = { etc: string; log: string; foreign: string };

/** Every file that an importer may look at, by path; gathered before, so that the importers touch no disk. */
export type ImportFiles = ReadonlyMap<string, string>;

export const param = (jail: Pick<Imported, "params">, name: string): string | undefined =>
  jail.params.findLast((one) => one.name === name)?.values?.join(",");

/** @returns a part of the foreign root as an absolute path: "/" or "/some/where" before "usr/local/…" */
export const below = (root: string, path: string): string => `${root === "/" ? "" : root}/${path}`;

/** Names of files of ImportFiles directly below a directory, sorted. */
export function namesIn(files: ImportFiles, directory: string): string[] {
  const names = new Set<string>();
  for (const path of files.keys())
    if (path.startsWith(`${directory}/`)) names.add(path.slice(directory.length + 1).split("/")[0]!);
  return [...names].sort();
}

/** "can't be translated" with where it stood. */
export const cant = (path: string, line: number | null, text: string): string =>
  `${path}${line === null ? "" : `:${line}`}: can't be translated: ${text}`.slice(0, 1000);
