import { GETTER_PATH } from "../../contract/shell-file.ts";
import { look, makeDirectory, writeAtomic } from "../host/disk.ts";
import { KNAST_GET } from "./knast-get.ts";

/** Puts knast-get into a new tree that no jail has run in; where a link stands on the way it is left out, and may be given later. */
export async function layKnastGet(tree: string): Promise<void> {
  const parts = GETTER_PATH.split("/").slice(1);
  let path = tree;
  for (const part of parts.slice(0, -1)) {
    path = `${path}/${part}`;
    const found = await look(path);
    if (found === null) await makeDirectory(path, 0o755);
    else if (found.kind !== "directory") return;
  }
  const target = `${path}/${parts.at(-1)}`;
  if ((await look(target))?.kind === "directory") return;
  await writeAtomic(target, KNAST_GET, { mode: 0o755, owner: { uid: 0, gid: 0 } });
}
