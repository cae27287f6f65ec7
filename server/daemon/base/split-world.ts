import { KnastError } from "../../contract/errors.ts";
import { makeConf } from "../conf/skeleton-files.ts";
import {
  listNames,
  look,
  makeDirectory,
  makeLink,
  move,
  readText,
  removeFile,
  walk,
  writeAtomic,
} from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";
import { mustRun, type Scratch } from "./base-job.ts";
import { ALWAYS_SHARED, BASE_DIRECTORIES, NEWJAIL_MAX_BYTES } from "./layout.ts";
import { IDENTITY, IDENTITY_PATTERNS, lockPasswords } from "./pristine-etc.ts";

/** Moves what is shared to the base and leaves links to it, `/usr/bin -> /basejail/usr/bin` (row 2). The world becomes newjail. */
export async function splitWorld(scratch: Scratch): Promise<void> {
  const { world, base } = scratch;
  await makeDirectory(base, 0o755);
  await makeDirectory(`${base}/usr`, 0o755);
  for (const name of BASE_DIRECTORIES) {
    if (await look(`${world}/${name}`)) await move(`${world}/${name}`, `${base}/${name}`);
    else if (ALWAYS_SHARED.includes(name)) await makeDirectory(`${base}/${name}`, 0o755);
    else continue;
    await makeLink(`/basejail/${name}`, `${world}/${name}`);
  }
  // COPYRIGHT and its like tell of the base; the dot files are those of root's shell.
  for (const name of (await listNames(world)) ?? [])
    if ((await look(`${world}/${name}`))?.kind === "file" && !/^\.(cshrc|login|profile|shrc)$/.test(name))
      await move(`${world}/${name}`, `${base}/${name}`);
  for (const name of ["basejail", "dev", "proc", "tmp", "home"]) {
    if (!(await look(`${world}/${name}`))) await makeDirectory(`${world}/${name}`, name === "tmp" ? 0o1777 : 0o755);
  }
}

/** Removes from a world that is not split yet what belongs to one machine, locks all accounts, writes newjail's make.conf. */
export async function cleanWorld(scratch: Scratch, context: StepContext): Promise<void> {
  const { world } = scratch;
  const remove = async (path: string) => {
    const kind = (await look(path))?.kind;
    if (kind === "directory")
      await mustRun(context, "rm", ["-rf", path], () => new KnastError("internal", { cause: path }));
    else if (kind) await removeFile(path);
  };
  for (const path of IDENTITY) await remove(`${world}/${path}`);
  for (const { directory, name } of IDENTITY_PATTERNS)
    for (const found of (await listNames(`${world}/${directory}`)) ?? [])
      if (name.test(found)) await remove(`${world}/${directory}/${found}`);
  const passwd = await readText(`${world}/etc/master.passwd`, 4 * 1024 * 1024);
  if (passwd !== null) await writeAtomic(`${world}/etc/master.passwd`, lockPasswords(passwd), { mode: 0o600 });
  await writeAtomic(`${world}/etc/make.conf`, makeConf(), { mode: 0o644 });
}

/** @returns newjail's size in bytes; throws KnastError base_invalid beyond 8 MB, naming the size and where it lies */
export async function measureNewjail(world: string): Promise<number> {
  const parts = new Map<string, number>();
  let bytes = 0;
  for await (const { path, found } of walk(world)) {
    if (found.kind !== "file") continue;
    bytes += found.size;
    const part = path.slice(world.length).split("/").slice(0, 3).join("/");
    parts.set(part, (parts.get(part) ?? 0) + found.size);
  }
  if (bytes <= NEWJAIL_MAX_BYTES) return bytes;
  const [largest] = [...parts].sort((a, b) => b[1] - a[1]);
  const mb = (n: number) => `${(n / 1024 / 1024).toFixed(1)} MB`;
  throw new KnastError("base_invalid", {
    message:
      `Every new jail would begin with ${mb(bytes)} of its own, and 8 MB is the limit. ` +
      `Most of it is in ${largest![0].slice(0, 200)} (${mb(largest![1])}).`,
  });
}
