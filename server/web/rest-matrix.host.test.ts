import { afterAll, beforeAll, expect, test } from "vitest";
import type { Endpoint } from "../contract/api/endpoint.ts";
import { API, OPERATIONS } from "../contract/api/table.ts";
import { db } from "../services/db.ts";
import { hasInput } from "../services/testing/operation-inputs.ts";
import { askSocket } from "./testing/matrix/ask.ts";
import { type Bearer, bearersOf, rightsOfBearer, secretOf } from "./testing/matrix/bearers.ts";
import { type Verdict, verdictFor } from "./testing/matrix/expect.ts";
import { type RestVerb, restVerbs } from "./testing/matrix/operations.ts";
import { told, type Watch, watchOf } from "./testing/matrix/watch.ts";
import { makeWorld, type Target, TARGETS, type World } from "./testing/matrix/world.ts";
import { startWeb, type Web } from "./testing/web.ts";

// The same question as matrix.host.test.ts, for programs: each operation of the API by a token of each scope. In every run tokens of one
// right that the operation does not ask for take turns over the operations, and bad ones name one thing; KNAST_CAMPAIGN=all: every cell.
const ALL = process.env.KNAST_CAMPAIGN === "all";

let web: Web;
let world: World;
let verbs: RestVerb[];
let bearers: Bearer[];
let watch: Watch;

beforeAll(async () => {
  web = await startWeb();
  world = await makeWorld(web);
  verbs = restVerbs(web, world);
  bearers = bearersOf(world);
  watch = watchOf(web);
}, 300_000);
afterAll(async () => {
  watch?.close();
  await web?.stop();
});

/** Asked again for the password or the second factor before them: no program has one, but an admin's was made with it. */
const PROVED = new Set(["jails.roll-back"]);
/** What is left of a jail that was destroyed is its holders' of then, and the admin's as an admin. */
const LEFT_BEHIND = /^(jobs|archives|recordings)\./;

function wanted(
  bearer: Bearer,
  { operation, need }: { operation: string; need: RestVerb["need"] },
  target: Target,
): Verdict {
  const admin = bearer.scope?.admin === true;
  const past = target === "destroyed" && !admin && LEFT_BEHIND.test(operation);
  const rights = past ? null : rightsOfBearer(world, bearer, target);
  const verdict = verdictFor({ known: bearer.state === "good", admin, rights }, need, target);
  return verdict === "reached" && PROVED.has(operation) && !admin ? "forbidden" : verdict;
}

/**
 * What a bearer is asked for: an admin's things once where he is none, whatever they name; what he differs in from its actor where
 * he differs in one right alone.
 */
function targetsOf(bearer: Bearer, { operation, need, targets }: RestVerb): readonly Target[] {
  const { right } = API[operation] as Endpoint;
  if (bearer.without && right !== bearer.without) return [];
  const turn = OPERATIONS.indexOf(operation) + bearers.indexOf(bearer);
  if (!ALL && bearer.alone && right !== bearer.alone && turn % 6 > 0) return [];
  if (!ALL && bearer.scope === null) return targets.slice(0, 1);
  return need.startsWith("admin") && bearer.scope?.admin !== true ? targets.slice(0, 1) : targets;
}

/** A fresh token for each operation: one alone would run into the limit of requests. */
const secretsOf = async (): Promise<Map<Bearer, string | undefined>> => {
  await db().apiToken.deleteMany({});
  await db().account.deleteMany({ where: { name: { startsWith: "v-" }, id: { not: world.common.id } } });
  return new Map(await Promise.all(bearers.map(async (each) => [each, await secretOf(world, each)] as const)));
};

/** They get as far as they can: the world has no such thing to end or to look at. */
const IDLE = new Set([
  "tokens.end",
  "invitations.revoke",
  "invitations.accept",
  "bases.plan-work",
  "bases.take-back-work",
  "ssh-keys.remove",
  "shell-files.show",
  "shell-files.send",
  "shell-files.get",
  "shells.end",
]);

let cells = 0;
const wrong: string[] = [];

test("every operation has an input", () => {
  expect(verbs.filter(({ operation }) => !hasInput(operation))).toEqual([]);
});

test("what a token may not is refused, foreign and absent with the same words, and nothing is done", async () => {
  for (const verb of verbs) {
    const secrets = await secretsOf();
    const denied = bearers.flatMap((bearer) =>
      targetsOf(bearer, verb)
        .map((target) => ({ bearer, target, want: wanted(bearer, verb, target) }))
        .filter(({ want }) => want !== "reached"),
    );
    const [heard, paths, before] = [web.daemon.heard.length, web.daemon.paths.length, watch.content()];
    const answers: ((typeof denied)[number] & { got: Awaited<ReturnType<RestVerb["ask"]>> })[] = [];
    for (const bearer of bearers)
      answers.push(
        ...(await Promise.all(
          denied
            .filter((each) => each.bearer === bearer)
            .map(async (cell) => ({
              ...cell,
              got: await verb.ask(bearer, secrets.get(bearer), cell.target, world.common.id),
            })),
        )),
      );
    for (const { bearer, target, want, got } of answers)
      if (got.verdict !== want)
        wrong.push(`${verb.operation}: ${bearer.name} on ${target} wants ${want}, got ${got.verdict} ${got.body}`);
    for (const bearer of bearers.filter(({ actor, scope }) => actor !== "admin" || scope?.jails)) {
      const of = (target: Target) => answers.find((each) => each.bearer === bearer && each.target === target);
      const [foreign, absent] = [of("foreign"), of("absent")];
      if (foreign && absent)
        expect(told(foreign.got, world.named(bearer.actor, "foreign")), `${verb.operation}: ${bearer.name}`).toBe(
          told(absent.got, world.named(bearer.actor, "absent")),
        );
    }
    expect([watch.done(heard), web.daemon.paths.slice(paths)], verb.operation).toEqual([[], []]);
    expect(watch.content() === before, `${verb.operation}: the database is as it was`).toBe(true);
    cells += denied.length;
  }
  expect(wrong).toEqual([]);
}, 300_000);

test("what it may gets through to its verb", async () => {
  for (const verb of verbs) {
    const secrets = await secretsOf();
    for (const bearer of bearers)
      for (const target of targetsOf(bearer, verb).filter((each) => wanted(bearer, verb, each) === "reached")) {
        await db().account.deleteMany({ where: { name: "mallory2" } });
        const heard = web.daemon.heard.length;
        const got = await verb.ask(bearer, secrets.get(bearer), target, (await world.victim()).id);
        const here = `${verb.operation}: ${bearer.name} on ${target} got ${got.status} ${got.body.slice(0, 200)}`;
        const refused = ["unauthenticated", "forbidden", "not_found"].includes(got.verdict);
        if ((refused && !IDLE.has(verb.operation)) || got.status === 401 || got.status >= 500) wrong.push(here);
        else if (
          verb.reaches &&
          !web.daemon.heard.slice(heard).some((each) => each.verb === verb.reaches && each.actor === bearer.actor)
        )
          wrong.push(`${here}, and ${verb.reaches} was not heard`);
        cells++;
      }
  }
  expect(wrong).toEqual([]);
}, 300_000);

test("a shell's socket opens for the tokens that have the right to it, and for no other", async () => {
  const secrets = await secretsOf();
  for (const bearer of bearers)
    for (const target of TARGETS) {
      const secret = secrets.get(bearer);
      const more: Record<string, string> = secret ? { authorization: `Bearer ${secret}` } : {};
      const { terminal } = world.ids(bearer.actor, target);
      const got = await askSocket(web, "", terminal, more);
      const want = wanted(bearer, { operation: "the socket", need: "terminal" }, target);
      if (got.verdict !== want) wrong.push(`socket: ${bearer.name} on ${target} wants ${want}, got ${got.verdict}`);
      cells++;
    }
  expect(wrong).toEqual([]);
  expect(cells).toBeGreaterThan(600);
  console.log(
    `matrix of tokens: ${cells} cells of ${verbs.length} operations and the socket, ${bearers.length} bearers`,
  );
}, 120_000);
