import type { Daemon } from "../daemon.ts";

/** @returns the $knast_id of the jail that bears a name now; a config that can't be read keeps no record from being written */
export async function jailIdOf({ view }: Pick<Daemon, "view">, name: string | undefined): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const jails = await view.configured().catch(() => []);
  return jails.find((one) => one.name === name)?.id ?? undefined;
}
