#!/usr/bin/env node
// Bundles the server processes into dist/: one file each, packages with native parts stay outside.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const entry = {
  knastd: "server/daemon/main.ts",
  "knast-web": "server/web/main.ts",
  knast: "server/cli/main.ts",
  "knast-local": "server/cli/local.ts",
  devjail: "server/devjail/main.ts",
};

/**
 * Compiles server/handover's native part. It needs Node's headers and a compiler, as node-pty does; without it knast-web passes
 * shells on itself, so that a failure is told and no more.
 */
function buildHandover() {
  const prefix = join(dirname(process.execPath), "..");
  // FreeBSD's node takes libuv from a package of its own, whose header lies beside.
  const include = [join(prefix, "include/node"), "/usr/local/include/node", "/usr/include/node", "/usr/local/include"];
  const source = join(root, "server/handover/native/handover.c");
  const out = join(root, "dist/handover.node");
  const flags = ["-std=gnu11", "-O2", "-shared", "-fPIC", "-fvisibility=hidden"];
  // Another compiler's warnings are no reason to go without.
  if (process.platform === "linux") flags.push("-Wall", "-Wextra", "-Werror");
  const dirs = include.filter((dir) => existsSync(dir)).map((dir) => `-I${dir}`);
  const made = join(root, "dist/unproved-handover.node");
  rmSync(out, { force: true });
  try {
    execFileSync("cc", [...flags, ...dirs, "-o", made, source, "-lpthread"], { stdio: "inherit" });
    execFileSync(process.execPath, [join(root, "server/launch/check-handover.mjs"), made], { timeout: 20_000 });
    renameSync(made, out);
  } catch (error) {
    process.stderr.write(`server/handover does not work here, shells go through knast-web: ${error.message}\n`);
  }
}

/** Builds what exists of the three processes and the command; `native` compiles devjail's C programs with cc(1). */
export async function buildServer({ native = process.platform === "linux" } = {}) {
  const entryPoints = Object.fromEntries(Object.entries(entry).filter(([, file]) => existsSync(join(root, file))));
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: "dist",
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // knastd and knast are one file each that carries zod and ws; node-pty is native. knast-web runs beside node_modules.
    external: [
      "node-pty",
      "next",
      "next-auth",
      "next-auth/*",
      "better-sqlite3",
      "@prisma/*",
      "pg",
      "@node-rs/argon2",
      "react",
      "react-dom",
      // Its native parts are optional and looked for at run time.
      "ssh2",
    ],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    sourcemap: true,
    logLevel: "warning",
  });
  buildHandover();
  const dir = join(root, "server/devjail/native");
  if (!native || !existsSync(dir)) return;
  mkdirSync(join(root, "dist/devjail-native"), { recursive: true });
  const sources = readdirSync(dir).filter((name) => /\.[ch]$/.test(name));
  // A header may be in any of them.
  const newest = (name) =>
    Math.max(
      ...sources
        .filter((each) => each === name || each.endsWith(".h"))
        .map((each) => statSync(join(dir, each)).mtimeMs),
    );
  for (const file of sources.filter((name) => name.endsWith(".c"))) {
    const out = join(root, "dist/devjail-native", basename(file, ".c"));
    if (existsSync(out) && statSync(out).mtimeMs > newest(file)) continue;
    execFileSync("cc", ["-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o", out, join(dir, file)], {
      stdio: "inherit",
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildServer();
