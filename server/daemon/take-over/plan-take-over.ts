import { createHash } from "node:crypto";
import type { z } from "zod";
import { ERRORS, type ErrorCode, KnastError, type Problem } from "../../contract/errors.ts";
import { JAIL_NAME_MAX, JailName } from "../../contract/names.ts";
import type { FileChange, TakeOverPlan, TakeOverWish } from "../../contract/take-over.ts";
import { editJailConf } from "../conf/edit-jail-conf.ts";
import { parseFstab } from "../conf/fstab.ts";
import type { ConfLine, Imported } from "../conf/import/imported.ts";
import { renderImported } from "../conf/import/render-imported.ts";
import { withInclude } from "../conf/jail-main-conf.ts";
import { basejailTree } from "../conf/paths.ts";
import type { Daemon } from "../daemon.ts";
import { look, readText, realPath } from "../host/disk.ts";
import { checkPlace, isWithin } from "../jails/check-place.ts";
import { addressesIn, importedJails, pathOf } from "./imported-jails.ts";

/** In a plan; drawn when it is done. */
export const NO_ID = "0".repeat(32);
export type Planned = { plan: TakeOverPlan; jail: Imported };

/** @returns the name that a jail gets here: its own when that is one that we make, else one like it */
export function targetOf(jail: Pick<Imported, "runsAs" | "name">): string {
  if (JailName.safeParse(jail.runsAs).success) return jail.runsAs;
  const plain = jail.name.toLowerCase().replace(/[^a-z0-9]/g, "_");
  const named = (/^[a-z]/.test(plain) ? plain : `j_${plain}`).slice(0, JAIL_NAME_MAX);
  return JailName.safeParse(named).success ? named : `j_${named}`.slice(0, JAIL_NAME_MAX);
}

/** take-over.plan: the files as they will be, and what stands in the way; does nothing. Throws KnastError not_found. */
export async function planTakeOver(daemon: Daemon, wish: z.output<typeof TakeOverWish>, id = NO_ID): Promise<Planned> {
  const { jails, sources } = await importedJails(daemon);
  const jail = jails.find((one) => one.scheme === wish.scheme && one.name === wish.name);
  if (!jail) throw new KnastError("not_found");
  const target = wish.target ?? targetOf(jail);
  const running = (await daemon.view.runningNow()).find((one) => one.name === jail.runsAs && !one.dying);
  const problems: Problem[] = [];
  const say = (field: string, code: ErrorCode, message: string = ERRORS[code].message) =>
    void problems.push({ field, code, message: message.slice(0, 500) });
  if (jail.refused) say("name", "invalid", jail.refused);
  const named = JailName.safeParse(target);
  if (!named.success)
    say("target", "invalid", `${target}: ${named.error.issues[0]?.message ?? ERRORS.invalid.message}`);
  if (running && target !== jail.runsAs)
    say(
      "target",
      "running",
      `It runs as ${jail.runsAs}, and a running jail keeps its name. Stop it with its own tool, then take it over as ${target}.`,
    );
  const notes = [...jail.notes];
  const changes = named.success ? await changesOf(daemon, jail, target, id, wish.sysvipc, say) : [];
  await compare(daemon, jail, target, running?.path ?? null, say, notes);
  if (sources.unsafe.some((path) => jail.sources.includes(path)))
    say("name", "invalid", "One of its files can be written by others than root.");
  if (jail.params.some((one) => one.name === "allow.sysvipc" && one.values?.[0] !== "0") && wish.sysvipc === "keep")
    notes.push(
      "allow.sysvipc shares the host's SysV IPC with it, as before: its programs and those of other such jails can reach each other's. Choose `new` to give it its own at its next start.",
    );
  const shown = changes.map((one) => ({ ...one, after: one.after?.replace(id, NO_ID) ?? null }));
  const autostart = jail.scheme === "jail.conf" ? "as before" : jail.autostart ? "on" : "off";
  const digest = createHash("sha256")
    .update(JSON.stringify([wish, target, shown, autostart]))
    .digest("hex");
  return {
    jail,
    plan: {
      scheme: jail.scheme,
      name: jail.name,
      target: target.slice(0, 64),
      jid: running?.jid ?? null,
      changes,
      steps: stepsOf(changes, target, jail),
      untranslated: jail.untranslated.slice(0, 500),
      notes: notes.slice(0, 50),
      problems: problems.slice(0, 50),
      digest,
    },
  };
}

type Say = (field: string, code: ErrorCode, message?: string) => void;

/** Every file that is written or goes, the new config among them. */
async function changesOf(
  daemon: Daemon,
  jail: Imported,
  target: string,
  id: string,
  sysvipc: "keep" | "new",
  say: Say,
): Promise<FileChange[]> {
  const { etc } = daemon.paths;
  const now = (path: string) => readText(path).catch(() => null);
  const config = `${etc}/jail.conf.d/${target}.conf`;
  const fstab = `${etc}/fstab.${target}`;
  const changes: FileChange[] = [];
  if (jail.fstab !== null) {
    const there = await now(fstab);
    if (there === null) changes.push({ path: fstab, before: null, after: jail.fstab });
    else if (there !== jail.fstab)
      say("target", "exists", `${fstab} exists already and says something else. Move it away.`);
  }
  const before = await now(config);
  try {
    const params = sysvipc === "new" ? ownIpc(jail.params) : jail.params;
    if (jail.ownFile !== null && jail.ownFile !== config)
      say("target", "invalid", "A jail with a file of its own in jail.conf.d keeps its name.");
    else if (jail.ownFile !== null && before !== null) {
      const ipc =
        sysvipc === "new" && params !== jail.params
          ? [
              { name: "allow.sysvipc", values: null },
              ...ownIpc([]).map(({ name, values }) => ({ name, values: values! })),
            ]
          : [];
      changes.push({
        path: config,
        before,
        after: editJailConf(before, target, [{ name: "$knast_id", values: [id] }, ...ipc]),
      });
    } else if (before !== null && !jail.edits.some((one) => one.path === config))
      say("target", "exists", `${config} exists already. Move it away or choose another name.`);
    else
      changes.push({
        path: config,
        before,
        after: renderImported(target, id, params, jail.fstab === null ? null : fstab, jail.original),
      });
  } catch (error) {
    if (error instanceof KnastError) say("name", error.code, error.message);
    else say("name", "invalid", "One of its values holds control characters, which have no place in jail.conf.");
  }
  for (const edit of jail.edits) {
    const text = await now(edit.path);
    if (edit.path !== config && text !== edit.after) changes.push({ path: edit.path, before: text, after: edit.after });
  }
  // rc.d/jail reads jail.conf at boot: it must include the new file.
  const main = `${etc}/jail.conf`;
  const edited = changes.find((one) => one.path === main);
  const text = edited ? edited.after : await now(main);
  const included = withInclude(text, etc);
  if (included !== null && edited) edited.after = included;
  else if (included !== null) changes.push({ path: main, before: text, after: included });
  return changes;
}

function ownIpc(params: readonly ConfLine[]): ConfLine[] {
  const rest = params.filter((one) => one.name !== "allow.sysvipc" && !/^sysv(msg|sem|shm)$/.test(one.name));
  return [...rest, ...["sysvmsg", "sysvsem", "sysvshm"].map((name) => ({ name, values: ["new"] }))];
}

/** Against the host: other jails of this name, directory and addresses. */
async function compare(
  daemon: Daemon,
  jail: Imported,
  target: string,
  runsIn: string | null,
  say: Say,
  notes: string[],
): Promise<void> {
  const { jails } = daemon.paths;
  const [configured, running] = await Promise.all([daemon.view.configuredNow(), daemon.view.runningNow()]);
  const same = (name: string) =>
    name === target || name === jail.runsAs || (jail.scheme === "jail.conf" && name === jail.name);
  const itself = (name: string) => jail.scheme === "jail.conf" && name === jail.name;
  const namesake = configured.find((one) => one.name.toLowerCase() === target.toLowerCase() && !itself(one.name));
  if (namesake) say("target", "exists", `There is a jail ${namesake.name} already.`);
  if (daemon.reservations.all().some((one) => one.name === target)) say("target", "exists");
  const path = pathOf(jail);
  if (!path.startsWith("/") || path === "/" || (await look(path))?.kind !== "directory")
    return say("name", "broken", `Its directory ${path || "(none)"} is missing.`);
  const root = await realPath(path);
  if (runsIn !== null && (await realPath(runsIn)) !== root)
    say("name", "running", `A jail called ${jail.runsAs} runs in ${runsIn}, which is not this one's directory.`);
  const double = running.find((one) => !same(one.name) && !one.dying && one.path === root);
  if (double) say("name", "running", `It runs under the name ${double.name}. Stop it first.`);
  await checkPlace(daemon, jail.runsAs, root).catch((error) => {
    if (!(error instanceof KnastError)) throw error;
    say("name", error.code, error.message);
  });
  for (const address of addressesIn(jail)) {
    const other = [...running, ...configured].find((one) => !same(one.name) && one.addresses.includes(address));
    if (other)
      say("name", "address_taken", `The jail ${other.name} has the address ${address} too. Change one of them first.`);
  }
  if (!isWithin(root, jails))
    notes.push(
      `It stays where it is, in ${path}. It starts and stops like any other; to destroy it, delete its files by hand.`,
    );
  const base = parseFstab(jail.fstab ?? "").find((line) => line.target === `${path}/basejail`);
  if (base && base.source !== basejailTree(daemon.paths))
    notes.push(`Its base is ${base.source}, not one of ours: it is kept and not updated from here.`);
}

function stepsOf(changes: readonly FileChange[], target: string, jail: Imported): TakeOverPlan["steps"] {
  const verb = (one: FileChange) =>
    one.before === null ? "Write" : one.after === null ? "Move to the backup" : "Edit";
  return [
    { title: "Copy the old files into a backup", command: null },
    ...changes.map((one) => ({ title: `${verb(one)} ${one.path}`, command: null })),
    ...(jail.scheme === "jail.conf"
      ? []
      : [
          {
            title: jail.autostart ? "Let it start at boot as before" : "Keep it from starting at boot, as before",
            command: jail.autostart ? `sysrc jail_enable=YES jail_list+=${target}` : null,
          },
        ]),
    { title: "Ask jail(8) and jls(8) whether it is the same jail", command: "jail -e; jls" },
  ];
}
