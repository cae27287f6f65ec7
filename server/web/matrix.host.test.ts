import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { INPUTS } from "../../e2e/action-inputs.ts";
import { serverActions } from "../../e2e/action-table.ts";
import { VERBS } from "../contract/daemon.ts";
import { db } from "../services/db.ts";
import { allVerbs, builtPaths, type Verb } from "./testing/matrix/cells.ts";
import { expected, type Verdict } from "./testing/matrix/expect.ts";
import { ACTIONS, BESIDE, PATHS } from "./testing/matrix/rights.ts";
import { told, type Watch, watchOf } from "./testing/matrix/watch.ts";
import { ACTORS, type Actor, makeWorld, type Target, type World } from "./testing/matrix/world.ts";
import { startWeb, type Web } from "./testing/web.ts";

// Who may do what, on every way that the build has: each cell is asked of the running knast-web, the daemon behind it notes what it hears.

const ALL = process.env.KNAST_CAMPAIGN === "all";
const root = join(import.meta.dirname, "../..");
let web: Web;
let world: World;
let verbs: Verb[];
let watch: Watch;

beforeAll(async () => {
  web = await startWeb();
  world = await makeWorld(web);
  verbs = allVerbs(web, world);
  watch = watchOf(web);
}, 300_000);
afterAll(async () => {
  watch?.close();
  await web?.stop();
});

/** They get as far as they can: there is no such base, no planned work and no mail here. */
const IDLE = new Set([
  "app/(panel)/bases/actions.ts#plan",
  "app/(panel)/bases/actions.ts#takeBack",
  "app/(panel)/notices/actions.ts#testMail",
  "app/(panel)/shells/actions.ts#endOther",
]);

type Cell = { actor: Actor; target: Target; want: Verdict };
const cellsOf = ({ way, need, targets }: Verb): Cell[] =>
  ACTORS.filter((actor) => need !== "own" || actor === "anonymous").flatMap((actor) =>
    targets.map((target) => {
      const want = expected(world, actor, need, target);
      // A page that one may not have is a page that there is not.
      return { actor, target, want: way === "page" && want === "forbidden" ? ("not_found" as const) : want };
    }),
  );

/** By such headers Next and proxies talk to themselves; from outside they must change no answer. */
const FORGED = {
  "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware",
  "x-middleware-invoke": "1",
  "x-middleware-rewrite": "/jails",
  "x-middleware-override-headers": "x-knast-source,cookie",
  "x-middleware-request-x-knast-source": "127.0.0.1",
  "x-invoke-path": "/sign-in",
  "x-invoke-status": "200",
  "x-matched-path": "/sign-in",
  "x-now-route-matches": "1=sign-in",
  "x-original-url": "/sign-in",
  "x-rewrite-url": "/sign-in",
  "x-forwarded-host": "localhost",
  "x-forwarded-for": "127.0.0.1",
  "x-knast-source": "127.0.0.1",
  "x-http-method-override": "GET",
};

describe("the table", () => {
  test("has a row for every action, page, route and verb, and no other", () => {
    expect(Object.keys(ACTIONS).toSorted()).toEqual(
      serverActions()
        .map(({ key }) => key)
        .toSorted(),
    );
    const paths = new Set(Object.keys(PATHS).map((key) => key.split(" ").at(-1)!));
    expect([...paths].toSorted()).toEqual(builtPaths().toSorted());
    const named = [...Object.values(ACTIONS), ...Object.values(PATHS)].flatMap(([, verb]) => verb ?? []);
    expect([...new Set([...named, ...Object.keys(BESIDE)])].toSorted()).toEqual(Object.keys(VERBS).toSorted());
    const asks = Object.entries(ACTIONS).filter(([, [need]]) => !["public", "session", "own"].includes(need));
    expect(asks.map(([key]) => key).filter((key) => !(key in INPUTS))).toEqual([]);
  });

  test("stands before no proxy of Next's: each page, route, action and upgrade decides for itself", () => {
    for (const name of ["middleware", "proxy"])
      for (const place of ["", "src/", "app/"])
        for (const ending of ["ts", "tsx", "js", "mjs"])
          expect(existsSync(join(root, `${place}${name}.${ending}`))).toBe(false);
    const { middleware, functions } = JSON.parse(
      readFileSync(join(root, ".next/server/middleware-manifest.json"), "utf8"),
    ) as Record<string, object>;
    expect([middleware, functions]).toEqual([{}, {}]);
  });
});

describe("every cell", () => {
  let cells = 0;
  let again = 0;
  const wrong: string[] = [];

  test("that is denied is denied, with the same words for foreign and absent, and nothing is done", async () => {
    for (const verb of verbs.filter(({ need }) => need !== "public")) {
      const denied = cellsOf(verb).filter(({ want }) => want !== "reached");
      const [heard, paths, before] = [web.daemon.heard.length, web.daemon.paths.length, watch.content()];
      const answers = await Promise.all(
        denied.map(async (cell) => ({ ...cell, got: await verb.ask(cell.actor, cell.target, world.common.id) })),
      );
      // In every run one of them for each verb, in turn; KNAST_CAMPAIGN=all: all.
      const outside = ["anonymous", "stranger", "ex-owner"].filter((_, i) => ALL || i === verbs.indexOf(verb) % 3);
      const strangers = denied.filter(({ actor }) => outside.includes(actor));
      const forged = await Promise.all(
        strangers.map(async (cell) => ({
          ...cell,
          got: await verb.ask(cell.actor, cell.target, world.common.id, FORGED),
        })),
      );
      for (const { actor, target, want, got } of [...answers, ...forged])
        if (got.verdict !== want) wrong.push(`${verb.name}: ${actor} on ${target} wants ${want}, got ${got.verdict}`);
      for (const actor of ACTORS) {
        const of = (target: Target) => answers.find((each) => each.actor === actor && each.target === target);
        const [foreign, absent] = [of("foreign"), of("absent")];
        if (foreign && absent && actor !== "admin")
          expect(told(foreign.got, world.named(actor, "foreign")), `${verb.name}: ${actor}`).toBe(
            told(absent.got, world.named(actor, "absent")),
          );
      }
      expect([watch.done(heard), web.daemon.paths.slice(paths)], verb.name).toEqual([[], []]);
      expect(watch.content() === before, `${verb.name}: the database is as it was`).toBe(true);
      cells += denied.length;
      again += forged.length;
    }
    expect(wrong).toEqual([]);
  }, 300_000);

  test("that is allowed reaches its verb", async () => {
    for (const verb of verbs.filter(({ need }) => need !== "public"))
      for (const { actor, target } of cellsOf(verb).filter(({ want }) => want === "reached")) {
        await db().account.deleteMany({ where: { name: "mallory2" } });
        const [heard, paths] = [web.daemon.heard.length, web.daemon.paths.length];
        const owner = /owner/.test(String(INPUTS[verb.name])) ? (await world.victim()).id : world.common.id;
        const got = await verb.ask(actor, target, owner);
        const here = `${verb.way} ${verb.name}: ${actor} on ${target} got ${got.verdict}`;
        if (IDLE.has(verb.name)) expect(["invalid", "not_found", "mail_off"], here).toContain(got.verdict);
        else if (["unauthenticated", "forbidden", "not_found"].includes(got.verdict) || got.status >= 500)
          wrong.push(here);
        else if (verb.reaches) {
          const said = web.daemon.heard.slice(heard).filter((each) => each.verb === verb.reaches);
          if (!said.some((each) => each.actor === actor)) wrong.push(`${here}, and ${verb.reaches} was not heard`);
        } else if (got.verdict !== "reached" && web.daemon.paths.length === paths) wrong.push(here);
        cells++;
      }
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThan(600);
    console.log(`matrix: ${cells} cells of ${verbs.length} verbs; ${again} of them again with forged headers`);
  }, 300_000);
});
