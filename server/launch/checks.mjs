import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root } from "./build.mjs";
import { hostInfo } from "./host-info.mjs";
import { startPostgres } from "./postgres.mjs";
import { say } from "./progress.mjs";
import { writeDerived } from "../../prisma/derive-schema.mjs";

const bin = (path) => join(root, "node_modules", path);

/**
 * Runs a program of the project with Node.
 * @param loud pass its output on; else it is kept
 * @returns its status and what it printed
 */
function node(args, { loud = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NODE_ENV: "test", NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        printed += chunk;
        if (loud) process.stdout.write(chunk);
      });
    child.on("error", (error) => resolve({ status: 1, printed: error.message }));
    child.on("close", (status) => resolve({ status: status ?? 1, printed }));
  });
}

/** A tool that says yes or no: one test. */
async function tool(name, args, env = {}) {
  const begun = Date.now();
  const { status, printed } = await node(args, { env });
  if (status !== 0) say(`${name} failed:\n${printed.trimEnd().split("\n").slice(-60).join("\n")}`);
  return { name, passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, ms: Date.now() - begun };
}

export const format = () => tool("format", [bin("oxfmt/bin/oxfmt"), "--check"]);
export const lint = () => tool("lint", [bin("oxlint/bin/oxlint"), "-f", "unix"]);
export const types = () => tool("types", [bin("typescript/bin/tsc"), "--noEmit"]);

/** Whether the migrations, one after the other, make what schema.prisma says. */
export async function schema() {
  const dir = mkdtempSync(join(tmpdir(), "knast-schema-"));
  const from = ["--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma", "--exit-code"];
  try {
    return await tool("schema", [bin("prisma/build/index.js"), "migrate", "diff", ...from], {
      DATABASE_URL: `file:${join(dir, "shadow.db")}`,
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The same for PostgreSQL: whether a database that the program has migrated is what schema.prisma says. `url`: an empty one. */
export async function postgresSchema(url) {
  const script = `const { migrate } = await import("./server/services/database/migrate.ts"); await migrate(process.env.DATABASE_URL, "prisma/migrations");`;
  const env = { DATABASE_URL: url };
  const name = "pg schema";
  const migrated = await tool(name, ["--import", "tsx", "--input-type=module", "-e", script], env);
  if (migrated.failed) return migrated;
  const compared = ["--from-config-datasource", "--to-schema", writeDerived(), "--exit-code"];
  const { passed, failed, ms } = await tool(name, [bin("prisma/build/index.js"), "migrate", "diff", ...compared], env);
  return { name, passed, failed, ms: ms + migrated.ms };
}

/** The services' tests, backups and kills once more on a PostgreSQL of their own. @returns what each check came to */
export async function postgres(loud) {
  const { url, stop } = await startPostgres();
  try {
    return [await postgresSchema(url), await vitest("postgres", loud, { KNAST_TEST_DATABASE_URL: url })];
  } finally {
    await stop();
  }
}

/** @returns a file's JSON; null when there is none, for a runner that died before it wrote */
function report(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/** @param count what the runner's report says: passed, failed, and which ones were wrong, each `{ test, why }` */
async function reported(name, loud, args, env, count) {
  const begun = Date.now();
  const dir = mkdtempSync(join(tmpdir(), "knast-report-"));
  const file = join(dir, "report.json");
  try {
    const { status, printed } = await node(args(file), { loud, env: env(file) });
    const found = report(file);
    const { passed, failed, wrong } = found ? count(found) : { passed: 0, failed: 0, wrong: [] };
    // A runner that is unhappy for another reason than a test (a file that can't be loaded) is a failure all the same.
    const more = status !== 0 && failed === 0 ? 1 : 0;
    if (!loud && status !== 0) say(`${name} failed:\n${printed.trimEnd().split("\n").slice(-120).join("\n")}`);
    return { name, passed, failed: failed + more, wrong, ms: Date.now() - begun };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** vitest's project unit, host or postgres. */
export const vitest = (project, loud, env = {}) =>
  reported(
    project,
    loud,
    (file) => [
      bin("vitest/vitest.mjs"),
      "run",
      "--project",
      project,
      "--passWithNoTests",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
    ],
    () => env,
    ({ numPassedTests, numFailedTests, testResults }) => {
      // A file that can't be loaded has no tests that could fail.
      const unread = testResults.filter((each) => each.status === "failed" && each.assertionResults.length === 0);
      const failures = testResults.flatMap(({ assertionResults }) => assertionResults.filter(isFailure));
      const wrong = [
        ...unread.map((file) => ({ test: file.name, why: file.message })),
        ...failures.map((one) => ({ test: one.fullName, why: one.failureMessages.join("\n") })),
      ];
      return { passed: numPassedTests, failed: numFailedTests + unread.length, wrong };
    },
  );

const isFailure = ({ status }) => status === "failed";

/** All tests of a report of Playwright's, which nests its suites. */
const testsOf = (suites) =>
  suites.flatMap(({ specs, suites: inner = [] }) => [
    ...specs.flatMap(({ title, tests }) => tests.map((test) => ({ title, ...test }))),
    ...testsOf(inner),
  ]);

/** Stories of e2e/, in Chromium; `args` are Playwright's. */
const stories = (name, { args, env = {} }) =>
  reported(
    name,
    true,
    () => [bin("@playwright/test/cli.js"), "test", ...args],
    (file) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: file, ...env }),
    ({ stats, suites, errors }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      wrong: [
        ...errors.map(({ message }) => ({ test: name, why: message })),
        ...testsOf(suites)
          .filter(({ status }) => status === "unexpected" || status === "flaky")
          .map(({ title, results }) => ({
            test: title,
            why: results.flatMap((result) => result.errors.map(({ message }) => message)).join("\n"),
          })),
      ],
    }),
  );

/** All stories, one after the other: side by side they take nearly as long, and get in each other's way. */
export const playwright = () => stories("e2e", { args: [] });

/** The story of the main job once more, with a PostgreSQL as the panel's database. */
export async function postgresStory() {
  const { url, stop } = await startPostgres();
  try {
    return await stories("pg story", { args: ["e2e/main-job.spec.ts"], env: { DATABASE_URL: url } });
  } finally {
    await stop();
  }
}

/** bench/acceptance.mjs against a panel of its own, counted from the TAP that it prints. */
export async function acceptance(start) {
  const begun = Date.now();
  const state = mkdtempSync(join(tmpdir(), "knast-acceptance-"));
  try {
    const stop = await start(state);
    const socket = join(state, "run/knastd.sock");
    const [pool] = (await hostInfo(socket)).suggestedPools;
    const args = ["bench/acceptance.mjs", "--socket", socket, "--pool", `${pool.interface}=${pool.block}`];
    const { status, printed } = await node(args, { loud: true });
    const stopped = await stop();
    const lines = printed.split("\n");
    const passed = lines.filter((line) => /^ok\b/.test(line)).length;
    const failed = lines.filter((line) => /^(not ok|Bail out!)/.test(line)).length;
    const more = (status !== 0 && failed === 0) || !stopped ? 1 : 0;
    return { name: "acceptance", passed, failed: failed + more, ms: Date.now() - begun };
  } catch (error) {
    say(`acceptance failed: ${error.message}`);
    return { name: "acceptance", passed: 0, failed: 1, ms: Date.now() - begun };
  } finally {
    if (existsSync(state)) rmSync(state, { recursive: true, force: true });
  }
}

/** The end of a long output is what is read first, so what was wrong stands there once more, each in a few lines. */
const MOST_LINES = 20;

/** Prints what was wrong, what each part came to and, last, the sum. @returns the exit status */
export function sumUp(parts) {
  say("");
  for (const { name, wrong = [] } of parts)
    for (const { test, why } of wrong)
      say(`${name}: ${test}\n${stripVTControlCharacters(why).split("\n").slice(0, MOST_LINES).join("\n")}\n`);
  for (const { name, passed, failed, ms } of parts)
    say(
      `${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${(ms / 1000).toFixed(1).padStart(7)} s`,
    );
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  say(`${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
}
