import { Base, BaseName } from "../../contract/base.ts";
import { listNames, look, makeDirectory, readText, removeFile, writeAtomic } from "../host/disk.ts";
import { basejailTree, newjailTree } from "../conf/paths.ts";

type Where = { jails: string; state: string };
const file = ({ state }: Where, name: string): string => `${state}/bases/${BaseName.parse(name)}.json`;
/** Where the one base's record was when there was only one. */
const formerFile = ({ state }: Where): string => `${state}/base.json`;

/**
 * A base: there are both its trees, or there is none. Where they came from stands in STATE/bases/NAME.json; a base without that
 * file (a lost state directory) is one all the same. @returns null when there is no such base
 */
export async function readBase(where: Where, name = "basejail"): Promise<Base | null> {
  for (const path of [basejailTree(where, name), newjailTree(where, name)])
    if ((await look(path))?.kind !== "directory") return null;
  const former = async () => (name === "basejail" ? readText(formerFile(where)) : null);
  const text = (await readText(file(where, name)).catch(() => null)) ?? (await former().catch(() => null));
  const base = Base.safeParse(parse(text ?? ""));
  if (base.success && base.data.name === name) return base.data;
  const unknown = { release: "unknown", source: "unknown", sha256: null, bytes: 0, newjailBytes: 0 };
  return { name, installedAt: new Date(0).toISOString(), ...unknown };
}

/** @returns the names of all bases below the jail root, the default one first */
export async function baseNames(where: Where): Promise<string[]> {
  const names = ((await listNames(where.jails)) ?? []).filter((name) => BaseName.safeParse(name).success);
  const found = await Promise.all(names.map((name) => readBase(where, name)));
  return found.flatMap((base) => base?.name ?? []);
}

export async function writeBase(where: Where, base: Base): Promise<void> {
  await makeDirectory(`${where.state}/bases`, 0o700);
  await writeAtomic(file(where, base.name), `${JSON.stringify(Base.parse(base))}\n`);
  if (base.name === "basejail") await removeFile(formerFile(where));
}

export async function removeBaseRecord(where: Where, name = "basejail"): Promise<void> {
  await removeFile(file(where, name));
  if (name === "basejail") await removeFile(formerFile(where));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
