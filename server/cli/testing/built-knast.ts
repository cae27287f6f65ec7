import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");

/** Builds what `knast` is, if that is due; for beforeAll. */
export async function buildKnast(): Promise<void> {
  const build = new URL("../../launch/build.mjs", import.meta.url).href;
  const { installAndBuild } = (await import(build)) as { installAndBuild(before: () => Promise<void>): Promise<void> };
  await installAndBuild(async () => {});
}

/** Runs `knast` as it is called on the host: as its own process, as it gives its rights up for good. */
export function knast(args: readonly string[], { state, uid, url }: { state: string; uid?: number; url?: string }) {
  const env = {
    NODE_ENV: "test",
    PATH: process.env.PATH,
    KNAST_STATE: state,
    PORT: "3000",
    DATABASE_URL: url,
  } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/knast.js"), ...args], {
    cwd: root,
    env,
    encoding: "utf8",
    uid,
    gid: uid,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}
