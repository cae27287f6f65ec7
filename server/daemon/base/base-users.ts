import type { BaseRow, BaseUser } from "../../contract/base.ts";
import { KnastError } from "../../contract/errors.ts";
import { parseFstab } from "../conf/fstab.ts";
import { fstabFile } from "../conf/paths.ts";
import type { Daemon } from "../daemon.ts";
import { readText } from "../host/disk.ts";
import { JailName } from "../../contract/names.ts";
import { baseNames, readBase } from "./base-record.ts";

/** base.list: every base with the jails that stand on it. */
export async function listBases(daemon: Daemon): Promise<{ bases: BaseRow[] }> {
  const bases: BaseRow[] = [];
  const users = await usersOfAll(daemon);
  for (const name of (await baseNames(daemon.options)).slice(0, 200)) {
    const base = await readBase(daemon.options, name);
    if (base) bases.push({ ...base, users: (users.get(name) ?? []).slice(0, 5000) });
  }
  return { bases };
}

/** base.plan: one base and the jails that an update, a move or a removal would touch. @throws KnastError not_found */
export async function planBase(daemon: Daemon, { name }: { name: string }): Promise<BaseRow> {
  const base = await readBase(daemon.options, name);
  if (!base) throw new KnastError("not_found");
  return { ...base, users: await baseUsers(daemon, name) };
}

/** @returns the jails whose fstab or config names the base, or that have it mounted, sorted by name */
export const baseUsers = async (daemon: Daemon, name: string): Promise<BaseUser[]> =>
  (await usersOfAll(daemon)).get(name) ?? [];

async function usersOfAll(daemon: Daemon): Promise<Map<string, BaseUser[]>> {
  const [configured, running, mounts] = await Promise.all([
    daemon.view.configuredNow(),
    daemon.view.runningNow(),
    daemon.view.mountsNow(),
  ]);
  const found = new Map<string, Map<string, BaseUser>>();
  const add = (source: string, user: BaseUser) => {
    if (!source.startsWith(`${daemon.paths.jails}/`)) return;
    const base = source.slice(daemon.paths.jails.length + 1).replace(/\/.*$/, "");
    const users = found.get(base) ?? found.set(base, new Map()).get(base)!;
    if (!users.has(user.name)) users.set(user.name, user);
  };
  for (const jail of configured) {
    const file = jail.params.findLast((one) => one.name === "mount.fstab")?.value;
    const lines = file ? parseFstab((await readText(file).catch(() => null)) ?? "") : [];
    const inline = jail.params.filter((one) => one.name === "mount").flatMap((one) => one.value ?? "");
    const own = JailName.safeParse(jail.name).success && file === fstabFile(daemon.paths, jail.name);
    const user = {
      name: jail.name,
      id: jail.id,
      running: running.some((one) => one.name === jail.name && !one.dying),
    };
    const wrong = jail.file === null ? "It stands in no file of its own in jail.conf.d." : null;
    const other = own ? null : `Its base stands in ${file ?? "its config"}: change it there by hand.`.slice(0, 500);
    for (const { source } of lines) add(source, { ...user, problem: wrong ?? other });
    for (const { source } of inline.flatMap((value) => value.split(/,(?=\/)/)).flatMap(parseFstab))
      add(source, { ...user, problem: wrong ?? "Its config mounts it by a line of its own: change it there by hand." });
  }
  for (const { source, target } of mounts) {
    const jail = running.find((one) => target.startsWith(`${one.path}/`));
    const id = configured.find((one) => one.name === jail?.name)?.id ?? null;
    const problem = "It has the base mounted until its next start.";
    add(source, { name: jail?.name ?? target.slice(0, 255), id, running: jail !== undefined, problem });
  }
  const sorted = (users: Map<string, BaseUser>) => [...users.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map([...found].map(([base, users]) => [base, sorted(users)]));
}

/** @throws KnastError exists, with the first names, when a jail stands on the base */
export async function refuseUsed(daemon: Daemon, name: string, only: (user: BaseUser) => boolean = () => true) {
  const users = (await baseUsers(daemon, name)).filter(only);
  if (users.length > 0)
    throw usedBy(
      users.map((one) => one.name),
      name,
    );
}

export function usedBy(jails: readonly string[], base: string): KnastError {
  const names = jails.slice(0, 5).join(", ").slice(0, 300) + (jails.length > 5 ? ", …" : "");
  const message = `Jails stand on ${base}: ${names}. Move them to another base or destroy them first.`;
  return new KnastError("exists", { message });
}

/** Holds bases alone (they change) or with others (something is made from them). @throws KnastError busy */
export function holdBases(
  daemon: Daemon,
  holder: Parameters<Daemon["locks"]["take"]>[0],
  alone: readonly string[],
  shared: readonly string[] = [],
): () => void {
  const keys = (names: readonly string[]) => [...new Set(names)].map((name) => `base:${name}`);
  try {
    return daemon.locks.take(holder, keys(alone), keys(shared));
  } catch (cause) {
    const message = "A job is at work on this base, or a jail is being made from it. Try again when that is done.";
    throw new KnastError("busy", { message, cause });
  }
}
