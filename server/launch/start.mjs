#!/usr/bin/env node
// npm start: from a clean clone to a panel that answers. Plain Node, as nothing is installed yet when it begins.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { alive, installAndBuild, root } from "./build.mjs";
import { hostInfo } from "./host-info.mjs";
import { endLeftOver } from "./left-over.mjs";
import { prerequisites, which } from "./prerequisites.mjs";
import { interrupt, run, say, sinceStart, step, Stop } from "./progress.mjs";
import { supervise } from "./supervise.mjs";
import { makeState, webAccount, webCommand, webView } from "./web-account.mjs";

const linux = process.platform === "linux";
const state = resolve(root, process.env.KNAST_STATE || (linux ? ".knast" : "/var/db/knast"));
const socket = join(state, "run/knastd.sock");
const READY_MS = 60_000;
process.umask(0o022);

/** Two starts on one state directory would fight over it. */
function claim() {
  const file = join(state, "run/start.pid");
  const holder = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (holder !== process.pid && alive(holder))
    throw new Stop(
      `KnastHorst runs already with this state directory (process ${holder}, ${state}). Set KNAST_STATE for a second one.`,
    );
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

const pidFile = (name) => join(state, `run/${name}.pid`);
const devjail = (...args) => [join(root, "dist/devjail.js"), ...args];

/** @returns how knastd is started: on Linux on devjail's host, with the paths that it names; on FreeBSD as it is */
async function jailStore(account) {
  const common = ["--socket", socket, "--group", String(account?.gid ?? 0), "--state", join(state, "daemon")];
  const knastd = join(root, "dist/knastd.js");
  const env = { PATH: "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/bin", LANG: "C.UTF-8" };
  const options = { cwd: "/", env };
  if (!linux) {
    const jails = process.env.KNAST_JAILS || "/usr/jails";
    return { program: process.execPath, args: [knastd, ...common, "--jails", jails], options };
  }
  const place = ["--state", join(state, "devjail")];
  const jails = process.env.KNAST_JAILS ? ["--jails", resolve(root, process.env.KNAST_JAILS)] : [];
  const out = await run(process.execPath, devjail("up", ...place, ...jails));
  const host = JSON.parse(out.trim().split("\n").at(-1));
  const paths = ["jails", "etc", "log", "world", "foreign"].flatMap((name) => [`--${name}`, host[name]]);
  const pools = [host.pool, host.pool6].filter(Boolean).flatMap((pool) => ["--pool", `${host.interface}=${pool}`]);
  const programs = ["--programs", host.bin];
  const exec = [...host.exec, process.execPath, knastd, ...common, ...paths, ...pools, ...programs];
  return { program: which("setpriv"), args: ["--pdeathsig", "TERM", ...exec], options };
}

async function until(child, name, ready) {
  const deadline = Date.now() + READY_MS;
  let hopeless = false;
  void child.hopeless.then(() => (hopeless = true));
  while (!ending && !(await ready())) {
    if (hopeless) throw new Stop(`${name} can't run here:\n${child.last().join("\n")}`);
    if (Date.now() > deadline) throw new Stop(`${name} did not come up in a minute:\n${child.last().join("\n")}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

const children = [];
const undo = [];
let ending;
function end(code) {
  ending ??= (async () => {
    // What is half done ends first, so that nothing comes up after its end.
    interrupt();
    await failed;
    for (const child of children.reverse()) await child.stop();
    for (const each of undo.reverse()) await each();
    process.exit(code);
  })().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  return ending;
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    if (!ending) say(linux ? "Ending the panel and the jails …" : "Ending the panel; the jails go on …");
    void end(0);
  });

/** @returns those variables of the environment that knast-web is given as they are */
const given = (names) => Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name)));

async function main() {
  await installAndBuild((install) => prerequisites({ install }));
  if (ending) return;
  const account = await webAccount(state);
  makeState(state, account);
  undo.push(claim());
  // On Linux they have ended with their start.
  if (!linux) for (const name of ["knast-web", "knastd"]) await endLeftOver(pidFile(name), `/dist/${name}.js`);
  const daemon = await step("jails", linux ? "devjail prepares the host's stand-in" : "the jail store", async () => {
    if (linux) undo.push(() => run(process.execPath, devjail("down", "--state", join(state, "devjail"))));
    return jailStore(account);
  });
  if (ending) return;
  const knastd = supervise({
    name: "knastd",
    command: () => daemon,
    log: join(state, "log/knastd.log"),
    pidFile: pidFile("knastd"),
  });
  children.push(knastd);

  const { PORT = "3000", HOST = "127.0.0.1", KNAST_ORIGIN = "", KNAST_PROXIES = "", LANG = "C.UTF-8" } = process.env;
  const env = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG,
    PORT,
    HOST,
    KNAST_ORIGIN,
    KNAST_PROXIES,
    HOME: "/nonexistent",
    ...given(/^(DATABASE_URL|KNAST_(SMTP_URL|MAIL_FROM|OIDC_[A-Z_]+)|NODE_EXTRA_CA_CERTS)$/),
  };
  let link = "";
  let url = "";
  let up = false;
  // A knast-web that was started again has a link of its own, as long as there is no admin.
  const heard = (line) => {
    const told = /^Set-up link, .*$/.exec(line)?.[0];
    url = /^KnastHorst is ready: (.*)$/.exec(line)?.[1] ?? url;
    if (told && up) say(told);
    link = told ?? link;
    return told !== undefined;
  };
  const { app, close } = await webView(state, account);
  undo.push(close);
  const command = () => webCommand({ state, account, env, app });
  const web = supervise({
    name: "knast-web",
    command,
    log: join(state, "log/knast-web.log"),
    pidFile: pidFile("knast-web"),
    heard,
  });
  children.push(web);

  await step("daemon", "knastd", () => until(knastd, "knastd", async () => (await hostInfo(socket)) !== null));
  await step("panel", "database, pages", () => until(web, "knast-web", () => url !== ""));
  if (ending) return;
  up = true;
  for (const child of children) void child.hopeless.then(() => end(1));
  if (linux && !account)
    say("As an ordinary user: the jails live in a user namespace, their addresses exist inside the jails only.");
  // One write, so that whoever reads along never sees the address without the link.
  say(`\nKnastHorst is ready after ${sinceStart()}: ${url}${link ? `\n${link}\n` : ""}`);
  say(`Ctrl-C ends it. State: ${state}`);
}

const failed = main().then(
  () => false,
  (error) => {
    if (!ending) process.stderr.write(`\n${error instanceof Stop ? error.message : error.stack}\n`);
    return true;
  },
);
if (await failed) await end(1);
