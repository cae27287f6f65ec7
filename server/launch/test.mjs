#!/usr/bin/env node
// npm test: installs what the tests need, runs all of them, and ends with the line `N passed, N failed`.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { installAndBuild, root } from "./build.mjs";
import { acceptance, playwright, postgres, postgresStory, sumUp, vitest } from "./checks.mjs";
import { postgres as postgresMissing, prerequisites } from "./prerequisites.mjs";
import { say, step, Stop } from "./progress.mjs";
import { verify } from "./verify.mjs";

process.umask(0o022);

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** npm start with a state directory of its own. @returns what ends it, which answers whether it ended well */
async function startPanel(state) {
  const env = { ...process.env, PORT: String(await freePort()), KNAST_STATE: state };
  const child = spawn(process.execPath, ["server/launch/start.mjs"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let printed = "";
  const ready = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        printed += chunk;
        if (printed.includes("KnastHorst is ready")) resolve("ready");
      });
  });
  if ((await Promise.race([ready, ended])) !== "ready") throw new Error(`npm start ended:\n${printed}`);
  return async () => {
    child.kill("SIGINT");
    return (await ended) === 0;
  };
}

/** The longest first would hide a slip of the pen for minutes: cheap checks come before dear ones. */
async function main() {
  await installAndBuild((install) => prerequisites({ install, browser: true }));
  const parts = await step("verify", "format, lint, types, layers, unit tests", verify);
  parts.push(await step("sqlite", "what asks a database", () => vitest("sqlite", true)));
  const missing = await postgresMissing();
  if (missing) say(`postgres  left out: ${missing}`);
  else
    parts.push(
      ...(await step("postgres", "the services once more, on a PostgreSQL of their own", () => postgres(true))),
    );
  parts.push(await step("host", "tests with real jails", () => vitest("host", true)));
  parts.push(await step("e2e", "stories in Chromium", playwright));
  // The stories ask nothing of a database that the services' tests do not; one of them is told on both before a release.
  if (!missing && process.env.KNAST_CAMPAIGN === "all")
    parts.push(await step("pg story", "the main job on a PostgreSQL", postgresStory));
  parts.push(await step("accept", "the life of two jails over the socket", () => acceptance(startPanel)));
  return sumUp(parts);
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Stop ? error.message : error.stack);
  say("0 passed, 1 failed");
  process.exitCode = 1;
}
