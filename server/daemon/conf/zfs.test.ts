import { describe, expect, it } from "vitest";
import { datasetArg, datasetAt, parseSnapshots } from "./zfs.ts";

const TABLE = [
  { source: "zroot/ROOT/default", target: "/", type: "zfs", options: ["rw"] },
  { source: "zroot/jails", target: "/usr/jails", type: "zfs", options: ["rw"] },
  { source: "zroot/jails/mail", target: "/usr/jails/mail", type: "zfs", options: ["rw"] },
  { source: "/usr/jails/basejail", target: "/usr/jails/mail/basejail", type: "nullfs", options: ["ro"] },
];

describe("datasetAt", () => {
  it.each([
    ["/usr/jails", "zroot/jails"],
    ["/usr/jails/mail", "zroot/jails/mail"],
    ["/usr/jails/www", null],
    ["/usr/jails/mail/basejail", null],
    ["/usr/jails/mai", null],
  ])("%s", (path, dataset) => expect(datasetAt(TABLE, path)).toBe(dataset));

  it("believes what is mounted last", () => {
    const over = { source: "tmpfs", target: "/usr/jails/mail", type: "tmpfs", options: ["rw"] };
    expect(datasetAt([...TABLE, over], "/usr/jails/mail")).toBeNull();
  });
});

describe("datasetArg", () => {
  it.each(["zroot", "zroot/jails/mail", "tank/a b/c:d"])("%s", (name) => expect(datasetArg(name)).toBe(name));
  it.each(["", "-r", "zroot/", "/zroot", "zroot//a", "zroot/-a", "zroot@s", "a\nb", "a\tb", "x".repeat(256)])(
    "refuses %j",
    (name) => expect(() => datasetArg(name)).toThrow(),
  );
});

describe("parseSnapshots", () => {
  it("reads what zfs(8) prints with -Hp", () => {
    const text =
      "zroot/jails/mail@b\t12\t1764000000\t8192\t4358144\tzroot/jails/mail2,zroot/jails/mail3\nzroot/jails/mail@a\t9\t1764000000\t0\t4349952\t-\n";
    expect(parseSnapshots(text, "zroot/jails/mail")).toEqual([
      { name: "a", createdAt: "2025-11-24T16:00:00.000Z", usedBytes: 0, referencedBytes: 4349952, clones: [] },
      {
        name: "b",
        createdAt: "2025-11-24T16:00:00.000Z",
        usedBytes: 8192,
        referencedBytes: 4358144,
        clones: ["zroot/jails/mail2", "zroot/jails/mail3"],
      },
    ]);
  });
  it("leaves out what is of another dataset", () =>
    expect(parseSnapshots("zroot/x@a\t1\t1\t1\t1\t-\n", "zroot/y")).toEqual([]));
  it.each(["zroot/x@a\t1\t1\t1\t1", "zroot/x\t1\t1\t1\t1\t-", "zroot/x@a\t1\tyesterday\t1\t1\t-"])(
    "refuses %j",
    (line) => expect(() => parseSnapshots(line, "zroot/x")).toThrow(),
  );
});
