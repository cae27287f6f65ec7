import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, step, Stop } from "./progress.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const at = (...parts) => join(root, ...parts);
const TEST = /\.test\.tsx?$|\/(testdata|testing|generated)$/;

/** @returns a hash over names and contents of all files below the given paths, tests left out */
export function hashOf(paths, extra = "") {
  const hash = createHash("sha256").update(`${process.version} ${process.arch} ${process.platform} ${extra}`);
  const walk = (path) => {
    if (!existsSync(path) || TEST.test(path)) return;
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name));
    else hash.update(`\0${path.slice(root.length)}\0`).update(readFileSync(path));
  };
  for (const path of paths) walk(at(path));
  return hash.digest("hex");
}

const stamped = (file, hash) => existsSync(file) && readFileSync(file, "utf8") === hash;
function stamp(file, hash) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, hash);
}

const installStamp = at("node_modules/.knast-install");
const installHash = () => hashOf(["package-lock.json", "package.json", "server/launch/patch-node-pty.mjs"]);

/** @returns whether npm ci has to run: never installed here, or the lock has changed since */
export function needsInstall() {
  if (stamped(installStamp, installHash())) return false;
  const done = at("node_modules/.package-lock.json");
  // Somebody's own `npm ci` counts too.
  if (
    existsSync(done) &&
    !existsSync(installStamp) &&
    statSync(done).mtimeMs >= statSync(at("package-lock.json")).mtimeMs
  )
    return false;
  return true;
}

/** Installs the packages of package-lock.json, nothing else. */
export async function install() {
  const npm = process.env.npm_execpath;
  const prefix = dirname(dirname(process.execPath));
  // The packages that are compiled use all processors (node-gyp reads JOBS).
  const env = { ...process.env, NODE_ENV: "development", JOBS: "max" };
  // Without local headers node-gyp would fetch them.
  if (existsSync(join(prefix, "include/node/node.h"))) env.npm_config_nodedir = prefix;
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  if (npm?.endsWith(".js")) await run(process.execPath, [npm, ...args], { cwd: root, env });
  else await run("npm", args, { cwd: root, env });
  // Next's compiler has no FreeBSD binary; its WebAssembly build does the same there.
  const wasm = "node_modules/@next/swc-wasm-nodejs";
  if (process.platform === "freebsd" && !existsSync(at(wasm)))
    await run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "@next/swc-wasm-nodejs@16.3.7"], {
      cwd: root,
      env,
    });
}

const BUILDS = [
  {
    name: "database",
    words: "generate the clients of SQLite and PostgreSQL",
    of: [
      "prisma/schema.prisma",
      "prisma/derive-schema.mjs",
      "prisma.config.ts",
      "prisma/schema-engine.mjs",
      "package-lock.json",
    ],
    stamp: "server/services/generated/.stamp",
    made: "server/services/generated/postgresql/client.ts",
    run: async () => {
      const generate = (env) =>
        run(process.execPath, [at("node_modules/prisma/build/index.js"), "generate"], { cwd: root, env });
      const { DATABASE_URL: _, ...env } = process.env;
      await generate(env);
      // Which one is meant stands in the URL; nothing is connected to.
      await generate({ ...env, DATABASE_URL: "postgresql://generate" });
    },
  },
  {
    name: "servers",
    words: "bundle knastd and knast-web",
    of: ["server", "prisma/schema.prisma", "package-lock.json"],
    stamp: "dist/.stamp",
    made: "dist/knast-web.js",
    run: () => run(process.execPath, [at("server/launch/build-server.mjs")], { cwd: root }),
  },
  {
    name: "pages",
    words: "next build, about half a minute",
    of: [
      "app",
      "components",
      "public",
      "server/contract",
      "server/services",
      "prisma/schema.prisma",
      "next.config.mjs",
      "postcss.config.mjs",
      "tsconfig.json",
      "package-lock.json",
    ],
    stamp: ".next/knast-stamp",
    made: ".next/BUILD_ID",
    run: () => {
      const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
      const wasm = at("node_modules/@next/swc-wasm-nodejs");
      if (process.platform === "freebsd")
        Object.assign(env, { NEXT_TEST_WASM_DIR: wasm, NEXT_IGNORE_INCORRECT_LOCKFILE: "1" });
      return run(process.execPath, [at("node_modules/next/dist/bin/next"), "build", "--webpack"], { cwd: root, env });
    },
  },
];

const due = (build) => !stamped(at(build.stamp), hashOf(build.of, build.name)) || !existsSync(at(build.made));

/**
 * Installs and builds what has changed since the last time; two copies that start at once take turns.
 * @param beforeInstall called with whether npm has to run
 */
export async function installAndBuild(beforeInstall) {
  // Mostly there is nothing to do, and then nothing is written: the clone may be another account's.
  if (!needsInstall() && !BUILDS.some(due)) return beforeInstall(false);
  const release = await lock(at("dist/.lock"));
  try {
    const installing = needsInstall();
    await beforeInstall(installing);
    if (installing) await step("install", "npm ci; the first time compiles two packages, about two minutes", install);
    stamp(installStamp, installHash());
    for (const build of BUILDS.filter(due))
      await step(build.name, build.words, async () => {
        const hash = hashOf(build.of, build.name);
        await build.run();
        if (!existsSync(at(build.made))) throw new Stop(`${build.made} was not made.`);
        stamp(at(build.stamp), hash);
      });
  } finally {
    release();
  }
}

/** A lock file with the holder's pid; one whose holder is gone is taken over. */
async function lock(file) {
  mkdirSync(dirname(file), { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!alive(readHolder(file))) rmSync(file, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function readHolder(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

/** @returns whether a process of this id lives */
export function alive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
