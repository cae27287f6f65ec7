import { Base } from "../../contract/jail.ts";
import { look, readText, removeFile, writeAtomic } from "../host/disk.ts";

type Where = { jails: string; state: string };
const file = ({ state }: Where): string => `${state}/base.json`;

/**
 * The base that new jails get: there are both trees, or there is none. Where they came from stands in STATE/base.json; a
 * base without that file (a lost state directory) is one all the same.
 * @returns null when there is no base
 */
export async function readBase(where: Where): Promise<Base | null> {
  for (const name of ["basejail", "newjail"])
    if ((await look(`${where.jails}/${name}`))?.kind !== "directory") return null;
  const text = await readText(file(where)).catch(() => null);
  const base = Base.safeParse(parse(text ?? ""));
  if (base.success) return base.data;
  const unknown = { release: "unknown", source: "unknown", sha256: null, bytes: 0, newjailBytes: 0 };
  return { name: "basejail", installedAt: new Date(0).toISOString(), ...unknown };
}

export const writeBase = (where: Where, base: Base): Promise<void> =>
  writeAtomic(file(where), `${JSON.stringify(Base.parse(base))}\n`);

export const removeBaseRecord = (where: Where): Promise<void> => removeFile(file(where));

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
