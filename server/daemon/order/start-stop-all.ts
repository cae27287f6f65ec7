import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { rowsOf } from "../conf/depend-order.ts";
import type { Call, Daemon } from "../daemon.ts";
import { needsOf } from "../jails/depends.ts";
import type { Holder } from "../jobs/locks.ts";
import { allSteps } from "./all-at-once.ts";
import { hostOrder } from "./host-order.ts";

const LOCK = "all jails";
const MOST = 199;

/** host.start-all: every jail that starts at boot and what it depends on. Throws KnastError busy, not_found (none to start), too_many. */
export async function startAll(daemon: Daemon, _input: object, call: Call): Promise<JobRef> {
  const { rows, jails } = await hostOrder(daemon);
  const needs = needsOf(await daemon.view.configured());
  const up = new Set(jails.filter((one) => one.running).map((one) => one.name));
  // Those that run already are passed over: what a killed knastd left half-way is none of them.
  const touched = rows.flat().filter((name) => !up.has(name));
  return begin(daemon, "host.start-all", rows, (name) => needs.get(name) ?? [], touched, call);
}

/** host.stop-all: every jail that runs and has a config file of its own, those first on which no other depends; in reverse of jail_list otherwise. */
export async function stopAll(daemon: Daemon, _input: object, call: Call): Promise<JobRef> {
  const [{ rows, jails }, configured] = await Promise.all([hostOrder(daemon), daemon.view.configuredNow()]);
  const up = new Set(
    jails.filter((one) => one.running && configured.find((it) => it.name === one.name)?.file).map((one) => one.name),
  );
  const needs = needsOf(configured);
  const listed = rows.flat();
  const wanted = [...listed.filter((name) => up.has(name)), ...[...up].filter((name) => !listed.includes(name))];
  const order = rowsOf(needs, wanted);
  // One in a circle that was started by hand is stopped like any other.
  const rest = wanted.filter((name) => !order.flat().includes(name));
  const back = [rest, ...order.toReversed().map((row) => row.toReversed())]
    .map((row) => row.filter((name) => up.has(name)))
    .filter((row) => row.length > 0);
  const neededBy = (name: string) =>
    wanted.filter((other) => !rest.includes(other) && (needs.get(other) ?? []).includes(name));
  return begin(daemon, "host.stop-all", back, neededBy, back.flat(), call);
}

async function begin(
  daemon: Daemon,
  verb: "host.start-all" | "host.stop-all",
  rows: string[][],
  waitsFor: (name: string) => readonly string[],
  touched: string[],
  call: Call,
): Promise<JobRef> {
  const names = rows.flat();
  if (names.length === 0)
    throw new KnastError("not_found", {
      message:
        verb === "host.start-all"
          ? "No jail starts at boot, so there is none to start."
          : "No jail of this host's config runs.",
    });
  if (names.length > MOST)
    throw new KnastError("too_many", { message: `These are more than ${MOST} jails. Use service jail on the host.` });
  const holder: Holder = { verb, job: null };
  const release = takeAll(daemon, holder);
  const steps = allSteps(
    daemon,
    verb === "host.start-all" ? "jail.start" : "jail.stop",
    rows,
    waitsFor,
    () => holder.job,
  );
  return daemon.jobs.begin(
    { verb, jail: null, jailId: null, actor: call.actor, steps, data: { names: touched }, weight: "light", release },
    call.key,
    holder,
  );
}

function takeAll(daemon: Daemon, holder: Holder): () => void {
  try {
    return daemon.locks.take(holder, [LOCK]);
  } catch (cause) {
    throw new KnastError("busy", {
      message: "All jails are being started or stopped already. Try again when that is done.",
      cause,
    });
  }
}
