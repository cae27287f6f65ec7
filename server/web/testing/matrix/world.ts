import { VERBS, type VerbName } from "../../../contract/daemon.ts";
import { KnastError } from "../../../contract/errors.ts";
import { type GrantRight, PRESETS } from "../../../contract/grants.ts";
import { Right } from "../../../contract/panel.ts";
import { type AccountRecord, db } from "../../../services/db.ts";
import { grantColumns } from "../../../services/grants/grant-columns.ts";
import { hexId, jail, job, terminal } from "../../../services/testing/fake-daemon.ts";
import { session, type Web } from "../web.ts";
import { sample } from "../../../daemon/testing/sample.ts";

export const ACTORS = ["anonymous", "stranger", "viewer", "helper", "owner", "ex-owner", "admin"] as const;
export type Actor = (typeof ACTORS)[number];
/** `destroyed`: one that he had a grant on, and another one stands under its name now. */
export const TARGETS = ["own", "foreign", "absent", "destroyed", "busy"] as const;
export type Target = (typeof TARGETS)[number];

// All of one length: an answer's length would tell them from each other too.
const NAMES = { mail: "mail_example", others: "them_example", remade: "anew_example", busy: "busy_example" };
const HELD: Partial<Record<Actor, readonly GrantRight[]>> = {
  viewer: PRESETS.viewer,
  helper: PRESETS.helper,
  owner: PRESETS.owner,
};
/** One who has nothing of what is asked about: his name is in no answer. */
const SOMEBODY = "somebody";

export type World = Awaited<ReturnType<typeof makeWorld>>;

/** People, jails and what belongs to them, so that for each actor and target the right answer is known without asking. */
export async function makeWorld({ daemon }: Pick<Web, "daemon">) {
  const jails = Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [key, jail(name, { state: "running", jid: 1 })]),
  ) as Record<keyof typeof NAMES, ReturnType<typeof jail>>;
  daemon.jails = Object.values(jails);
  const earlier = hexId();
  const people = {} as Record<Actor, AccountRecord>;
  const cookies: Record<Actor, string> = { anonymous: "" } as never;
  for (const actor of ACTORS.slice(1)) {
    const role = actor === "admin" ? "admin" : "friend";
    people[actor] = await db().account.create({ data: { name: actor, role, passwordHash: "none" } });
    cookies[actor] = (await session(people[actor].id)).cookie;
  }
  const give = (actor: Actor, jailId: string, rights: readonly GrantRight[], jailName: string) =>
    db().grant.create({ data: { accountId: people[actor].id, jailId, jailName, ...grantColumns(rights) } });
  for (const [actor, rights] of Object.entries(HELD) as [Actor, readonly GrantRight[]][]) {
    await give(actor, jails.mail.id!, rights, NAMES.mail);
    await give(actor, jails.busy.id!, rights, NAMES.busy);
    await give(actor, earlier, rights, NAMES.remade);
  }
  await give("ex-owner", earlier, PRESETS.owner, NAMES.remade);
  // Had it until a moment ago.
  const ended = await give("ex-owner", jails.mail.id!, PRESETS.owner, NAMES.mail);
  const { accountId, jailId } = ended;
  const endsAt = new Date(Date.now() - 1000);
  await db().grant.update({ where: { accountId_jailId: { accountId, jailId } }, data: { endsAt } });
  await give("stranger", jails.others.id!, PRESETS.owner, NAMES.others);
  await give("stranger", earlier, PRESETS.owner, NAMES.remade);

  const nameOf = (actor: Actor, target: Target): string => {
    if (target === "absent") return "none_example";
    if (target === "destroyed") return NAMES.remade;
    if (target === "busy") return NAMES.busy;
    return (target === "own") === (actor === "stranger") ? NAMES.others : NAMES.mail;
  };
  /** @returns what the actor may do there; null: there is nothing of the kind for him */
  const rightsOn = (actor: Actor, target: Target): readonly Right[] | null => {
    if (actor === "anonymous" || target === "absent") return null;
    if (actor === "admin") return Right.options;
    if (target === "destroyed" || target === "foreign") return null;
    if (actor === "stranger") return target === "own" ? PRESETS.owner : null;
    return HELD[actor] ?? null;
  };

  const archives = Object.values(jails).map(({ name, id }) => ({
    archive: `${name}-20200101T000000Z.knast.tar`,
    bytes: 1,
    manifest: manifest(name, name === NAMES.remade ? earlier : id!),
  }));
  const jobs = new Map<string, string>();
  for (const { name, id } of Object.values(jails)) {
    const jailId = name === NAMES.remade ? earlier : id;
    const made = job("jail.start", name, { actor: SOMEBODY, jailId, cancellable: true });
    jobs.set(name, made.id);
    daemon.jobs.push(made);
    daemon.events.set(made.id, [{ kind: "done", seq: 0, at: "2026-01-01T00:00:00Z" }]);
  }
  const shells = new Map<string, string>();
  for (const actor of ACTORS.slice(1))
    for (const each of Object.values(jails)) {
      const made = terminal(each, actor);
      shells.set(`${actor} ${each.name}`, made.terminal);
      daemon.terminals.push(made);
    }
  const nothing = { job: hexId(), terminal: hexId() };
  /** ids of what belongs to the target: a job of somebody's there, a shell of the actor's own, or of another's where it is foreign */
  const ids = (actor: Actor, target: Target) => {
    const name = nameOf(actor, target);
    const whose = target === "foreign" || actor === "anonymous" ? (actor === "stranger" ? "owner" : "stranger") : actor;
    return {
      job: jobs.get(name) ?? nothing.job,
      terminal: target === "absent" ? nothing.terminal : shells.get(`${whose} ${name}`)!,
    };
  };
  /** What a request about a target names: the jail, and a shell in it. */
  const named = (actor: Actor, target: Target): string[] => [nameOf(actor, target), ids(actor, target).terminal];
  /** An account that nobody needs. */
  const victim = () => db().account.create({ data: { name: `v-${hexId().slice(0, 12)}`, passwordHash: "none" } });
  const common = await victim();

  for (const verb of Object.keys(VERBS) as VerbName[]) {
    const { kind, output } = VERBS[verb];
    if (
      kind === "look" &&
      !["jail.list", "job.get", "job.list", "job.follow", "terminal.list", "limits.list", "terminal.shares"].includes(
        verb,
      )
    ) {
      const plain = sample(output);
      daemon.answer[verb] = () => plain;
    }
    // What it does is its own tests' affair: here it has been reached.
    if (kind !== "look")
      daemon.answer[verb] = (input) => {
        throw new KnastError(JSON.stringify(input).includes(NAMES.busy) ? "busy" : "incomplete");
      };
  }
  const base = sample(VERBS["base.plan"].output) as object;
  daemon.answer["base.list"] = () => ({ bases: [{ ...base, name: "basejail" }] });
  daemon.answer["archive.list"] = () => ({ archives });
  const recordings = archives.map(({ manifest: { name, id } }) => ({
    recording: `${name}-20200101T000000Z-00000000.knast.cast`,
    bytes: 1,
    since: "2020-01-01T00:00:00.000Z",
    seconds: 1,
    jail: name,
    id,
    by: SOMEBODY,
    live: false,
  }));
  daemon.answer["recording.list"] = () => ({ recordings });
  daemon.answer["jail.show"] = ({ name }: { name: string }) => ({
    ...(sample(VERBS["jail.show"].output) as object),
    ...daemon.jails.find((each) => each.name === name),
  });
  return { people, cookies, jails, nameOf, named, rightsOn, ids, victim, common };
}

const manifest = (name: string, id: string) => ({
  format: "knast-jail-1",
  createdAt: "2020-01-01T00:00:00Z",
  name,
  id,
  release: "14.2-RELEASE",
  architecture: "amd64",
  baseRelease: null,
  owners: [],
  running: false,
  scheduled: false,
  settings: null,
  untranslated: [],
  warnings: 0,
  entries: 1,
  contentBytes: 1,
  members: [],
});
