import { attach } from "./shell.mjs";
import { claim, comment, equal, need, ok } from "./tap.mjs";

const ref = (jail) => ({ name: jail.name, id: jail.id });

export async function find(daemon, name) {
  const { jails } = await daemon.call("jail.list");
  return jails.find((jail) => jail.name === name);
}

async function state(daemon, name) {
  const jail = await find(daemon, name);
  return jail?.state ?? "absent";
}

/** Plans, makes and reads back the two jails. @returns both as jail.list has them */
export async function create(daemon, specs) {
  for (const { name, spec } of specs)
    await need(`jail.plan of ${name} finds nothing wrong and does nothing`, async () => {
      const plan = await daemon.call("jail.plan", spec);
      equal(plan.problems, [], "problems");
      equal(plan.name, name, "name");
      ok(plan.config.text.includes(`host.hostname = '${spec.hostname}';`), "no host name in the config");
      ok(plan.fstab.text.endsWith(`/${name}/basejail nullfs ro 0 0\n`), `fstab: ${plan.fstab.text}`);
      ok(plan.steps.length >= 5, "hardly a step");
      equal(await state(daemon, name), "absent", "state");
    });
  const keys = specs.map(() => `acc-${Date.now()}-${Math.floor(Math.random() * 1e9)}`);
  const jobs = await need("jail.create of both at once", () =>
    Promise.all(specs.map(({ spec }, i) => daemon.call("jail.create", spec, { "idempotency-key": keys[i] }))),
  );
  await claim("the same idempotency key gives the same job", async () =>
    equal(await daemon.call("jail.create", specs[0].spec, { "idempotency-key": keys[0] }), jobs[0]),
  );
  for (const [i, { job }] of jobs.entries())
    await need(`the job of ${specs[i].name} streams its steps without gaps and ends well`, async () => {
      const events = await daemon.follow(job);
      equal(events.at(-1)?.kind, "done", JSON.stringify(events.at(-1)));
      equal(
        events.map((event) => event.seq),
        events.map((_, seq) => seq),
        "seq",
      );
      const known = await daemon.call("job.get", { job });
      equal([known.state, known.finished, known.actor], ["done", known.steps.length, "acceptance"]);
      const rest = await daemon.follow(job, events.length - 3);
      equal(
        rest.map((event) => [event.seq, event.kind]),
        events.slice(-2).map((event) => [event.seq, event.kind]),
        "the rest",
      );
    });
  const jails = [];
  for (const { name, spec } of specs)
    await need(`${name} is listed as stopped and its files are there`, async () => {
      const jail = await find(daemon, name);
      equal([jail?.state, jail?.jid, jail?.hostname, jail?.addresses], ["stopped", null, spec.hostname, spec.ip4]);
      ok(/^[0-9a-f]{32}$/.test(jail.id), "no id");
      ok(jail.autostart, "does not start at boot");
      const shown = await daemon.call("jail.show", { name });
      ok(shown.config.text.includes(`$knast_id = '${jail.id}';`), "no id in the config");
      const parameter = (wanted) => shown.parameters.find((one) => one.name === wanted)?.value;
      equal([parameter("host.hostname"), parameter("enforce_statfs")], [spec.hostname, "2"], "what jail -e says");
      jails.push(jail);
    });
  await claim("a second jail of that name is refused: exists", async () => {
    const error = await daemon.job("jail.create", specs[0].spec).catch((reason) => reason);
    ok(
      error.problems?.some((problem) => problem.code === "exists"),
      `${error.message}`,
    );
  });
  await claim("a third jail with the address of a stopped one is refused: address_taken", async () => {
    const third = { ...specs[0].spec, hostname: "knast-acc-c", ip4: specs[1].spec.ip4 };
    const error = await daemon.refused("address_taken", "jail.create", third);
    equal(error.problems[0]?.field, "ip4.0");
    ok(error.problems[0].message.includes(specs[1].name), "does not say who has it");
  });
  return jails;
}

/** What a stopped jail refuses, then both are started. */
export async function start(daemon, [a, b]) {
  await claim("a stopped jail can't be stopped: not_running", () =>
    daemon.refused("not_running", "jail.stop", ref(a), true),
  );
  await claim("a stopped jail has no processes: not_running", () =>
    daemon.refused("not_running", "jail.processes", ref(a)),
  );
  await claim("a stopped jail has no shell: not_running", () =>
    daemon.refused("not_running", "terminal.open", { ...ref(a), cols: 80, rows: 24 }),
  );
  await claim("a jail with another id is not there: not_found", () =>
    daemon.refused("not_found", "jail.start", { name: a.name, id: "0".repeat(32) }, true),
  );
  await claim("a jail that nobody made is not there: not_found", () =>
    daemon.refused("not_found", "jail.start", { name: "knast_acc_nobody" }, true),
  );
  await need("of two starts at once one is done and one refused, and the other jail starts beside them", async () => {
    const [one, two, other] = await Promise.allSettled([a, a, b].map((jail) => daemon.job("jail.start", ref(jail))));
    if (other.status === "rejected") throw other.reason;
    const refused = [one, two].filter((result) => result.status === "rejected").map((result) => result.reason);
    equal(refused.length, 1, `refused (${refused.map((error) => error.message).join("; ")})`);
    ok(["busy", "already_running"].includes(refused[0].code), refused[0].message);
  });
  for (const jail of [a, b])
    await need(`${jail.name} runs, as jls says, with its address and a process`, async () => {
      const now = await find(daemon, jail.name);
      equal([now.state, now.addresses], ["running", jail.addresses]);
      ok(now.jid > 0 && now.processes > 0, `jid ${now.jid}, ${now.processes} processes`);
      ok(!Number.isNaN(Date.parse(now.runningSince)), `running since ${now.runningSince}`);
      const { processes } = await daemon.call("jail.processes", ref(jail));
      ok(processes.length > 0, "no processes");
      for (const one of processes) ok(one.pid > 0 && one.command !== "" && one.user !== "", JSON.stringify(one));
    });
  await claim("a running jail can't be started: already_running", () =>
    daemon.refused("already_running", "jail.start", ref(a), true),
  );
  await claim("a running jail can't be destroyed: running", () =>
    daemon.refused("running", "jail.destroy", ref(a), true),
  );
}

/** Restart, stop by the panel's ways, and what becomes of a shell and of a file. */
export async function restart(daemon, socket, [a, b]) {
  const before = (await find(daemon, a.name)).jid;
  await need(`jail.restart of ${a.name}`, () => daemon.job("jail.restart", ref(a)));
  await claim("it has another jid then, and the file that was written in it", async () => {
    const now = await find(daemon, a.name);
    equal(now.state, "running");
    ok(now.jid !== before, `still jid ${before}`);
    const { terminal } = await daemon.call("terminal.open", { ...ref(a), cols: 80, rows: 24 });
    const shell = await attach(socket, terminal);
    await shell.says("tr k K < /root/knast_acc", "Kept");
    await daemon.call("terminal.close", { terminal });
  });
  await claim("its shell is told when the jail is stopped", async () => {
    const { terminal } = await daemon.call("terminal.open", { ...ref(a), cols: 80, rows: 24 });
    const shell = await attach(socket, terminal);
    await shell.until(() => shell.hello, "hello");
    await daemon.job("jail.stop", ref(a));
    await shell.until(() => shell.exit, "the end");
    equal(shell.exit.reason, "jail-stopped");
  });
  await claim("stopped, it is listed so, and the other one runs on", async () => {
    equal([await state(daemon, a.name), await state(daemon, b.name)], ["stopped", "running"]);
    equal((await find(daemon, a.name)).processes, 0);
  });
  await claim("jail.restart starts a stopped one", async () => {
    await daemon.job("jail.restart", ref(a));
    equal(await state(daemon, a.name), "running");
  });
  await claim("ten rounds of start and stop at once leave it whole", async () => {
    for (let round = 0; round < 10; round++) {
      const verbs = ["jail.stop", "jail.start", "jail.restart"];
      const results = await Promise.allSettled(verbs.map((verb) => daemon.job(verb, ref(a))));
      for (const { reason } of results.filter((result) => result.status === "rejected"))
        ok(["busy", "already_running", "not_running"].includes(reason.code), reason.message);
    }
    if ((await state(daemon, a.name)) !== "running") await daemon.job("jail.start", ref(a));
    equal((await find(daemon, a.name)).addresses, a.addresses);
  });
}

/** What is only looked at: the order of the host's jails, and jails of other tools. */
export async function lookAround(daemon, [a]) {
  await claim("host.order knows both ends: what runs, and what starts at boot", async () => {
    const order = await daemon.call("host.order", {});
    const mine = order.jails.find((one) => one.name === a.name);
    equal([mine.running, mine.depend, mine.absent], [true, [], []]);
    const wish = { list: order.list ?? [], reverseStop: false, parallelStart: false, digest: "0".repeat(64) };
    await daemon.refused("changed", "host.set-order", wish, true);
  });
  await claim("take-over.find lists jails of other tools, none of ours, and plans one without doing it", async () => {
    const { candidates } = await daemon.call("take-over.find", {});
    ok(!candidates.some((one) => one.name === a.name && one.scheme === "jail.conf"), "one of ours is listed");
    const [one] = candidates;
    if (!one) return;
    const plan = await daemon.call("take-over.plan", { scheme: one.scheme, name: one.name });
    equal(plan.name, one.name);
  });
}

/** The end of both, and that nothing is left. */
export async function destroy(daemon, jails, spec) {
  await need("both are stopped", () => Promise.all(jails.map((jail) => daemon.job("jail.stop", ref(jail)))));
  await claim("a jail with another id is not destroyed: not_found", () =>
    daemon.refused("not_found", "jail.destroy", { name: jails[0].name, id: "f".repeat(32) }, true),
  );
  await need("both are destroyed at once", () =>
    Promise.all(jails.map((jail) => daemon.job("jail.destroy", ref(jail)))),
  );
  for (const jail of jails)
    await claim(`nothing of ${jail.name} is left`, async () => {
      equal(await state(daemon, jail.name), "absent", "state");
      for (const verb of ["jail.show", "jail.start", "jail.destroy"])
        await daemon.refused("not_found", verb, { name: jail.name }, verb !== "jail.show");
    });
  await claim("its name and address are free again", async () =>
    equal((await daemon.call("jail.plan", spec)).problems, []),
  );
  await claim("the jobs can still be asked", async () => {
    const { jobs } = await daemon.call("job.list", { jail: jails[0].name });
    ok(
      jobs.some((job) => job.verb === "jail.destroy" && job.state === "done"),
      "no destroy among them",
    );
  });
}

/** Whatever became of the run: no jail of ours stays. Only jails that carry an id of ours are touched. */
export async function cleanUp(daemon, names) {
  for (const name of names) {
    const jail = await find(daemon, name);
    if (!jail?.id) continue;
    comment(`${name} is still there and is removed`);
    await daemon.job("jail.stop", ref(jail)).catch(() => {});
    await daemon.job("jail.destroy", ref(jail));
  }
}
