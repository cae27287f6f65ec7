import { KnastError } from "../../contract/errors.ts";
import type { NewFile } from "../conf/new-jail-files.ts";
import { ACCOUNT, addAccount, authorizedKeys } from "../conf/skeleton-files.ts";
import { look, makeDirectory, readText, removeFile, setOwner, writeAtomic } from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";

const ROOT = { uid: 0, gid: 0 };

/**
 * @param tree a copy of newjail that no jail has run in yet: only such a tree may be written to from the host (security G1)
 * @returns path of a directory below it, made if it is missing; throws KnastError base_invalid where a link or a file stands
 */
export async function directoryIn(tree: string, parts: readonly string[]): Promise<string> {
  let path = tree;
  for (const part of parts) {
    path = `${path}/${part}`;
    const found = await look(path);
    if (found === null) await makeDirectory(path, 0o755);
    else if (found.kind !== "directory")
      throw new KnastError("base_invalid", {
        message: `In the skeleton newjail, ${parts.join("/")} is no real directory.`,
      });
  }
  return path;
}

/** Writes /etc/NAME of a new tree, root's and readable by all. */
export async function writeEtc(tree: string, name: string, text: string): Promise<void> {
  await writeAtomic(`${await directoryIn(tree, ["etc"])}/${name}`, text, { mode: 0o644, owner: ROOT });
}

/** Lays files over a new tree, all root's; of a directory that is there already nothing is changed. */
export async function writeFiles(tree: string, files: readonly NewFile[]): Promise<void> {
  for (const { path, mode, text } of files) {
    const parts = path.split("/").slice(1);
    const place = `${await directoryIn(tree, parts.slice(0, -1))}/${parts.at(-1)}`;
    if ((await look(place))?.kind === "directory")
      throw new KnastError("invalid", { message: `In the skeleton newjail, ${path} is a directory.` });
    await writeAtomic(place, text, { mode, owner: ROOT });
  }
}

/**
 * Adds the account admin to a new tree and makes its home.
 * @returns its ids; throws KnastError base_invalid (no master.passwd in newjail), internal (pwd_mkdb(8) failed)
 */
export async function addAdmin(tree: string, context: StepContext): Promise<{ uid: number; gid: number }> {
  const etc = await directoryIn(tree, ["etc"]);
  const [masterPasswd, group] = await Promise.all([readText(`${etc}/master.passwd`), readText(`${etc}/group`)]);
  if (masterPasswd === null || group === null)
    throw new KnastError("base_invalid", {
      message: "The skeleton newjail has no /etc/master.passwd or no /etc/group.",
    });
  const { uid, gid, ...files } = addAccount({ masterPasswd, group });
  await writeAtomic(`${etc}/master.passwd`, files.masterPasswd, { mode: 0o600, owner: ROOT });
  await writeAtomic(`${etc}/group`, files.group, { mode: 0o644, owner: ROOT });
  const result = await context.run("pwd_mkdb", ["-p", "-d", etc, `${etc}/master.passwd`], { deadline: 30_000 });
  if (result.status !== 0) throw new KnastError(fullOr(result.stderr), { cause: result.stderr.slice(0, 500) });
  await setOwner(await homeIn(tree), { uid, gid }, 0o755);
  return { uid, gid };
}

/** /home may be a link to usr/home in an old world (row 14 of the system): a jail of ours gets a real directory. */
async function homeIn(tree: string): Promise<string> {
  if ((await look(`${tree}/home`))?.kind === "link") await removeFile(`${tree}/home`);
  return directoryIn(tree, ACCOUNT.home.slice(1).split("/"));
}

/** Writes authorized_keys of the account, 0600 in a directory 0700, both its own. */
export async function writeKeys(
  tree: string,
  owner: { uid: number; gid: number },
  keys: readonly string[],
): Promise<void> {
  const ssh = `${await homeIn(tree)}/.ssh`;
  await makeDirectory(ssh, 0o700);
  await writeAtomic(`${ssh}/authorized_keys`, authorizedKeys(keys), { mode: 0o600, owner });
  await setOwner(ssh, owner, 0o700);
}

export const fullOr = (stderr: string): "disk_full" | "internal" =>
  /No space left on device|Disc quota exceeded/i.test(stderr) ? "disk_full" : "internal";
