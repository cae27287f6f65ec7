import { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import { Flavour, FLAVOUR_LIMITS, FlavourName, type FlavourFile } from "../../contract/flavour.ts";
import type { Daemon } from "../daemon.ts";
import { listNames, look, readText, walk } from "../host/disk.ts";
import { builtIn } from "./built-in.ts";

/** Root's own directory below the jail root (0700); one directory for each flavour: flavour.json, first-boot, tree/. */
export const flavoursDirectory = (daemon: Daemon): string => `${daemon.paths.jails}/flavours`;
export const flavourDirectory = (daemon: Daemon, name: string): string =>
  `${flavoursDirectory(daemon)}/${FlavourName.parse(name)}`;

/** What flavour.json holds; all else is files, so that it can be made by hand. */
export const FlavourJson = z.strictObject(Flavour.pick({ title: true, description: true, settings: true }).shape);

/** @returns names of the directories that are flavours' by their names, built-in ones left out */
export async function storedNames(daemon: Daemon): Promise<string[]> {
  const names = (await listNames(flavoursDirectory(daemon))) ?? [];
  return names.filter((name) => FlavourName.safeParse(name).success && builtIn(name) === null);
}

/**
 * @returns the flavour of this name, a built-in one first
 * @throws KnastError not_found; invalid with a sentence when what lies there is none: links, devices, files that are no text
 */
export async function findFlavour(daemon: Daemon, name: string): Promise<Flavour> {
  return builtIn(name) ?? readStored(daemon, name);
}

async function readStored(daemon: Daemon, name: string): Promise<Flavour> {
  const directory = flavourDirectory(daemon, name);
  const refuse = (message: string, cause?: unknown): never => {
    throw new KnastError("invalid", { message: `The flavour ${name}: ${message}`.slice(0, 500), cause });
  };
  if ((await look(flavoursDirectory(daemon)))?.kind !== "directory") throw new KnastError("not_found");
  const found = await look(directory);
  if (found === null) throw new KnastError("not_found");
  if (found.kind !== "directory") return refuse(`${directory} is no directory.`);
  const json = await textAt(`${directory}/flavour.json`);
  const firstBoot = (await textAt(`${directory}/first-boot`)) ?? "";
  if (json === undefined || firstBoot === undefined)
    return refuse("its flavour.json or first-boot is no small text file.");
  let values: unknown = { title: name, description: "", settings: {} };
  try {
    if (json !== null) values = JSON.parse(json);
  } catch (cause) {
    return refuse("its flavour.json can't be read.", cause);
  }
  const head = FlavourJson.safeParse(values);
  if (!head.success) return refuse(`flavour.json: ${sentenceOf(head.error)}`);
  const files = await readFiles(`${directory}/tree`, refuse);
  const flavour = Flavour.safeParse({ name, ...head.data, files, firstBoot });
  if (!flavour.success) return refuse(sentenceOf(flavour.error));
  return flavour.data;
}

async function readFiles(tree: string, refuse: (message: string) => never): Promise<FlavourFile[]> {
  const files: FlavourFile[] = [];
  let bytes = 0;
  const top = await look(tree);
  if (top !== null && top.kind !== "directory") refuse("its tree is no directory.");
  for await (const { path, found } of walk(tree)) {
    const inside = path.slice(tree.length);
    if (found.kind === "directory") continue;
    if (found.kind !== "file") refuse(`${inside} is neither a file nor a directory.`);
    bytes += found.size;
    if (files.length >= FLAVOUR_LIMITS.files || bytes > FLAVOUR_LIMITS.total)
      refuse(`it has more than ${FLAVOUR_LIMITS.files} files or ${FLAVOUR_LIMITS.total / 1024} KB.`);
    const text = await textAt(path);
    if (text === null || text === undefined) return refuse(`${inside} is no small text file.`);
    files.push({ path: inside, mode: found.mode, text });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @returns null when there is nothing, undefined for what is no text or too large */
async function textAt(path: string): Promise<string | null | undefined> {
  const text = await readText(path, FLAVOUR_LIMITS.file).catch(() => undefined);
  return text?.includes("\uFFFD") || text?.includes("\0") ? undefined : text;
}

function sentenceOf(error: z.ZodError): string {
  const issue = error.issues[0]!;
  return `${issue.path.map(String).join(".")}: ${issue.message}`;
}
