import { KnastError } from "../../contract/errors.ts";
import { listNames, look, makeDirectory, readText, setOwner, writeAtomic } from "../host/disk.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { type BaseJob, mustRun, scratchOf } from "./base-job.ts";
import { copyCommand, copyTree } from "./copy-tree.ts";
import { directorySteps } from "./fetch-directory.ts";
import { BASE_DIRECTORIES, SKELETON } from "./layout.ts";
import { accountNames, ETC_NAMES, OWN_ETC, pristineGroup, pristineMasterPasswd } from "./pristine-etc.ts";

/**
 * Steps that make a base from the host's own world. A running root (`/`) is full of what belongs to the host alone, so only
 * the directories of the base are copied, and newjail's own part is made anew; a world that merely stands ready in
 * another directory is taken as it is.
 * @param live whether the world is a running root; left out: whether it is `/`
 */
export function hostSteps(job: BaseJob, live = job.paths.world === "/"): Step[] {
  const world = job.paths.world.replace(/\/+$/, "");
  if (!live) return directorySteps(job, world, false);
  const scratch = scratchOf(job);
  return [
    {
      id: "fetch",
      title: "Copy the host's own world",
      command: copyCommand(`${world}/bin`, `${scratch.world}/bin`),
      run: async (context) => {
        await makeDirectory(scratch.root, 0o700);
        await makeDirectory(scratch.world, 0o755);
        await makeDirectory(`${scratch.world}/usr`, 0o755);
        for (const [i, name] of BASE_DIRECTORIES.entries()) {
          if (name === "boot") await allowedBoot(context, `${world}/boot`, `${scratch.world}/boot`);
          else await copy(context, `${world}/${name}`, `${scratch.world}/${name}`, "directory");
          context.progress(i + 1, BASE_DIRECTORIES.length, "files");
        }
        await copy(context, `${world}/COPYRIGHT`, `${scratch.world}/COPYRIGHT`, "file");
      },
    },
    {
      id: "skeleton",
      title: "Make a fresh /etc, /var and /root",
      command: null,
      run: async (context) => {
        for (const { path, mode, uid = 0, gid = 0 } of SKELETON) {
          await makeDirectory(`${scratch.world}/${path}`, mode);
          await setOwner(`${scratch.world}/${path}`, { uid, gid }, mode);
        }
        const pristine = `${world}/var/db/etcupdate/current`;
        if ((await look(`${pristine}/etc`))?.kind === "directory")
          await copy(context, `${pristine}/etc`, `${scratch.world}/etc`, "directory");
        else await allowedEtc(context, `${world}/etc`, `${scratch.world}/etc`);
        for (const name of [".cshrc", ".login", ".profile", ".shrc"])
          await copy(context, `${world}/usr/share/skel/dot${name}`, `${scratch.world}/root/${name}`, "file");
      },
    },
  ];
}

/** Copies one thing if it is there and is what it should be; links of the host are never followed. */
async function copy(context: StepContext, from: string, to: string, kind: "directory" | "file"): Promise<void> {
  if ((await look(from))?.kind !== kind) return;
  const failed = () => new KnastError("internal", { cause: `copy ${from} ${to}` });
  if (kind === "directory") await copyTree(context, from, to, failed);
  else await mustRun(context, "cp", ["-a", from, to], failed);
}

/** No jail boots: the kernels stay behind, and with them loader.conf(5) and the keys that geli(8) reads there. */
async function allowedBoot(context: StepContext, from: string, to: string): Promise<void> {
  await makeDirectory(to, 0o755);
  for (const name of ["defaults", "fonts", "images", "lua"])
    await copy(context, `${from}/${name}`, `${to}/${name}`, "directory");
}

/** /etc by allow-list, with the accounts of FreeBSD itself only. */
async function allowedEtc(context: StepContext, from: string, to: string): Promise<void> {
  await makeDirectory(to, 0o755);
  for (const name of ETC_NAMES) {
    const kind = (await look(`${from}/${name}`))?.kind;
    if (kind === "directory" || kind === "file") await copy(context, `${from}/${name}`, `${to}/${name}`, kind);
  }
  for (const name of ["pkg", "ssh", "ssl", "ssl/certs"]) await makeDirectory(`${to}/${name}`, 0o755);
  await copy(context, `${from}/pkg/FreeBSD.conf`, `${to}/pkg/FreeBSD.conf`, "file");
  await copy(context, `${from}/ssl/openssl.cnf`, `${to}/ssl/openssl.cnf`, "file");
  // certctl(8) names its certificates by hash; whatever else lies there is the admin's.
  const certificates = ((await listNames(`${from}/ssl/certs`)) ?? []).filter((name) => /^[0-9a-f]{8}\.\d$/.test(name));
  if (certificates.length > 0) {
    const paths = certificates.map((name) => `${from}/ssl/certs/${name}`);
    await mustRun(
      context,
      "cp",
      ["-a", ...paths, `${to}/ssl/certs/`],
      () => new KnastError("internal", { cause: "certs" }),
    );
  }
  for (const { path, mode, text } of OWN_ETC) await writeAtomic(`${to}/${path}`, text, { mode });
  const passwd = pristineMasterPasswd((await readText(`${from}/master.passwd`, 4 * 1024 * 1024)) ?? "");
  const group = (await readText(`${from}/group`, 4 * 1024 * 1024)) ?? "";
  await writeAtomic(`${to}/master.passwd`, passwd, { mode: 0o600 });
  await writeAtomic(`${to}/group`, pristineGroup(group, accountNames(passwd)), { mode: 0o644 });
}
