import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunningJail } from "../conf/jls.ts";
import type { Daemon } from "../daemon.ts";
import { Mutex } from "../jobs/locks.ts";
import type { StepContext } from "../jobs/step.ts";
import { checkPlace } from "./check-place.ts";
import { destroySteps } from "./destroy-jail.ts";
import { listProcesses } from "./list-processes.ts";
import type { SetUp } from "./set-up.ts";
import { startDeadline } from "./start-jail.ts";
import { withRunningAddresses } from "./stop-jail.ts";
import { ownMounts } from "./tear-down.ts";
import { removeTree } from "../trees/remove-tree.ts";

let root: string;
let jails: string;
let configured: { name: string; path: string }[];
let running: RunningJail[];
let removed: string[];
let daemon: Daemon;
let context: StepContext;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "knast-places-")));
  jails = join(root, "jails");
  for (const path of [
    "jails/.new",
    "jails/.trash",
    "jails/basejail",
    "jails/mail/var/kid",
    "elsewhere/tree",
    "etc/jail.conf.d",
  ])
    mkdirSync(join(root, path), { recursive: true });
  [configured, running, removed] = [[], [], []];
  const run = async (program: string, args: readonly string[]) => {
    if (program === "rm") {
      removed.push(args.at(-1)!);
      rmSync(args.at(-1)!, { recursive: true });
    }
    return { status: 0, signal: null, stdout: "", stderr: "", timedOut: false };
  };
  daemon = {
    paths: { jails, etc: join(root, "etc"), log: root },
    run,
    edits: new Mutex(),
    view: {
      forget: () => {},
      configuredNow: async () => configured,
      running: async () => running,
      runningNow: async () => running,
      mountsNow: async () => [],
      autostart: async () => ({ enabled: true, list: ["mail"] }),
    },
  } as unknown as Daemon;
  context = { run, output: () => {}, progress: () => {}, signal: new AbortController().signal };
});
afterEach(() => rmSync(root, { recursive: true }));

const runs = (name: string, path: string, more: Partial<RunningJail> = {}): RunningJail => ({
  ...{ jid: 1, name, dying: false, hostname: name, path, addresses: [] },
  ...more,
});

describe("the directory of a jail that is to be started", () => {
  const asked = (path: string) =>
    checkPlace(daemon, "x", path).then(
      () => "fine",
      (error: { code: string }) => error.code,
    );

  test("is neither the host's nor one of ours", async () => {
    for (const path of ["", "/", root, jails, `${jails}/basejail`, `${jails}/basejail/usr`, `${jails}/.trash/y`])
      expect([path, await asked(path)]).toEqual([path, "broken"]);
    for (const path of [`${jails}/x`, `${jails}/basejail2`, `${root}/elsewhere/tree`])
      expect([path, await asked(path)]).toEqual([path, "fine"]);
  });

  test("is not that of another jail that runs, by whatever name", async () => {
    configured = [{ name: "mail", path: `${jails}/mail` }];
    expect(await asked(`${jails}/mail`)).toBe("fine");
    symlinkSync(`${jails}/mail`, `${root}/elsewhere/link`);
    running = [runs("mail", `${root}/elsewhere/link`)];
    expect(await asked(`${jails}/mail`)).toBe("broken");
    running = [runs("mail", `${jails}/mail`, { dying: true })];
    expect(await asked(`${jails}/mail`)).toBe("fine");
  });

  test("is not inside another jail, whose root could exchange it for a link", async () => {
    configured = [{ name: "mail", path: `${jails}/mail` }];
    expect(await asked(`${jails}/mail/var/kid`)).toBe("broken");
    configured = [{ name: "ma", path: `${jails}/ma` }];
    expect(await asked(`${jails}/mail/var/kid`)).toBe("fine");
  });

  test("is not the worse for a jail around all jails, or for links in a circle in another's tree", async () => {
    symlinkSync("loop", `${jails}/mail/loop`);
    configured = [
      { name: "host", path: "/" },
      { name: "above", path: root },
      { name: "kid", path: `${jails}/mail/loop/kid` },
      { name: "strange", path: "" },
    ];
    expect(await asked(`${jails}/x`)).toBe("fine");
  });
});

describe("what is unmounted for a jail that is down", () => {
  const mount = (target: string) => ({ source: "devfs", target, type: "devfs", options: ["rw"] });
  const setUp = (path: string): SetUp => ({
    ...{
      path,
      targets: [`${path}/basejail`, `${path}/dev`],
      addresses: [],
      vnet: null,
      devfsRuleset: 4,
      execTimeout: 0,
    },
  });

  test("is nothing of the host's when its directory is /", () => {
    expect(ownMounts([mount("/"), mount("/dev")], setUp(""), [])).toEqual([]);
  });

  test("is nothing of a running jail that has the same directory, or one inside", () => {
    const table = [mount("/j/a/dev"), mount("/j/a/basejail"), mount("/j/a/other")];
    const targets = (others: RunningJail[]) => ownMounts(table, setUp("/j/a"), others).map((one) => one.target);
    expect(targets([])).toEqual(["/j/a/basejail", "/j/a/dev"]);
    expect(targets([runs("b", "/j/a")])).toEqual([]);
    expect(targets([runs("b", "/j/a", { dying: true })])).toHaveLength(2);
    expect(targets([runs("b", "/j/a/dev")])).toEqual(["/j/a/basejail"]);
    expect(targets([runs("b", "/"), runs("c", "/j/a2")])).toHaveLength(2);
  });
});

describe("a destroy that is done again from the journal", () => {
  const [old, now] = ["a".repeat(32), "b".repeat(32)] as [string, string];
  const conf = () => join(root, "etc/jail.conf.d/mail.conf");
  const doAll = async (id: string, from: string) => {
    const steps = destroySteps(daemon, { name: "mail", id, dataset: null });
    for (const step of steps.slice(steps.findIndex((one) => one.id === from))) await step.run(context);
  };

  test("leaves a jail alone that was made under the name since", async () => {
    writeFileSync(conf(), `mail {\n$knast_id = '${now}'; path = '${jails}/mail'; }\n`);
    writeFileSync(join(root, "etc/fstab.mail"), "");
    mkdirSync(join(jails, ".trash", `mail.${old}`));
    for (const step of ["autostart", "aside", "remove", "config"]) await doAll(old, step);
    expect([conf(), join(root, "etc/fstab.mail"), join(jails, "mail/var")].map((path) => existsSync(path))).toEqual([
      true,
      true,
      true,
    ]);
    expect(removed).toEqual([join(jails, ".trash", `mail.${old}`)]);
  });

  test("goes on with its own", async () => {
    writeFileSync(conf(), `mail {\n$knast_id = '${old}'; path = '${jails}/mail'; }\n`);
    await doAll(old, "aside");
    expect([existsSync(conf()), existsSync(join(jails, "mail")), readdirSync(join(jails, ".trash"))]).toEqual([
      false,
      false,
      [],
    ]);
  });

  test("never while another jail runs in that directory", async () => {
    writeFileSync(conf(), `mail {\n$knast_id = '${old}'; path = '${jails}/mail'; }\n`);
    running = [runs("copy", `${jails}/mail`)];
    await expect(doAll(old, "aside")).rejects.toMatchObject({ code: "running" });
    expect(existsSync(join(jails, "mail/var"))).toBe(true);
  });
});

test("only trees of ours are ever deleted", async () => {
  for (const path of [
    `${jails}/.trash/..`,
    `${jails}/.trash/.`,
    `${jails}/basejail`,
    `${jails}/newjail`,
    jails,
    `${root}/elsewhere`,
  ])
    await expect(removeTree(daemon, context, path)).rejects.toMatchObject({ code: "internal" });
  expect(removed).toEqual([]);
  await removeTree(daemon, context, `${jails}/mail`);
  expect(removed).toEqual([`${jails}/mail`]);
});

test("processes of a jail that ends while they are asked for are those of a stopped jail, not our fault", async () => {
  running = [runs("mail", `${jails}/mail`)];
  daemon.view.configured = async () => [];
  daemon.run = async () => {
    running = [];
    return { status: 1, signal: null, stdout: "", stderr: "ps: Invalid jail ID or name: mail\n", timedOut: false };
  };
  await expect(listProcesses(daemon, { name: "mail" })).rejects.toMatchObject({ code: "not_running" });
});

test("a start gets time by its exec.timeout, never more than a timer can take", () => {
  expect(startDeadline({ execTimeout: 0 })).toBe(300_000);
  expect(startDeadline({ execTimeout: 120 })).toBe(150_000);
  expect(startDeadline({ execTimeout: 99_999_999 })).toBeLessThan(2 ** 31);
});

test("a stop takes the addresses of the jail that runs, not of a dying one of its name", async () => {
  running = [
    runs("mail", `${jails}/mail`, { jid: 3, dying: true, addresses: ["10.0.0.9"] }),
    runs("mail", `${jails}/mail`, { jid: 4, addresses: ["10.0.0.5"] }),
  ];
  const setUp = { path: "", targets: [], addresses: [], vnet: null, devfsRuleset: null, execTimeout: 0 };
  const { addresses } = await withRunningAddresses(daemon, "mail", setUp);
  expect(addresses.map((one) => one.address)).toEqual(["10.0.0.5"]);
});
