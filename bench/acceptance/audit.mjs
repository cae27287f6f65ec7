import { claim, equal, ok } from "./tap.mjs";

/** What was done up to here is on record, in a chain that is whole, and nobody but the daemon says who recorded it. */
export async function audit(daemon, [jail]) {
  await claim("audit.list has the jail's start, and its job's end", async () => {
    const { records } = await daemon.call("audit.list", { jail: jail.name, what: "jail.start", limit: 200 });
    for (const result of ["begun", "ok"])
      ok(
        records.some((one) => one.result === result && one.who === "acceptance" && one.jailId === jail.id),
        `no record of it as ${result} among ${records.length}`,
      );
  });
  await claim("audit.list has shells that were opened and that ended", async () => {
    for (const what of ["terminal.open", "terminal.end"]) {
      const { records } = await daemon.call("audit.list", { jail: jail.name, what });
      ok(
        records.some((one) => one.terminal && one.result === "ok"),
        `no ${what} among ${records.length}`,
      );
    }
  });
  await claim("audit.append adds a record of the panel's, and takes none that says to be the daemon's", async () => {
    const entry = { who: "acceptance", source: "-", what: "acceptance.note", requestId: "acc", result: "ok" };
    await daemon.call("audit.append", { entries: [entry] });
    const { records } = await daemon.call("audit.list", { what: "acceptance.note", limit: 1 });
    equal(records[0]?.origin, "panel", "origin");
    await daemon.refused("invalid", "audit.append", { entries: [{ ...entry, origin: "knastd" }] });
  });
  await claim("audit.verify finds the chain whole", async () => {
    const { problem, records } = await daemon.call("audit.verify");
    equal(problem, null, "problem");
    ok(records > 10, `${records} records`);
  });
}
