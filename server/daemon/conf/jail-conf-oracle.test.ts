import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXPORT_SEPARATOR, parseJailExport } from "./jail-export.ts";
import { OracleError, readJailConf } from "./testing/jail-conf-oracle.ts";

const data = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");

describe("the oracle, before it judges anything", () => {
  it("reads the recorded hand-made file as FreeBSD's jail -e printed it", () => {
    const printed = data("export-hand-made.txt").replace(/(?<!,vtnet0)\|/g, EXPORT_SEPARATOR);
    const freebsd = parseJailExport(printed).map(({ params }) => params.map(({ name, value }) => [name, value]));
    const ours = readJailConf(data("hand-made.conf")).map(({ parameters }) =>
      [...parameters].map(([name, values]) => [name, values.length > 0 ? values.join(",") : null]),
    );
    expect(ours).toHaveLength(3);
    // A child statement moves a parameter's place in FreeBSD's list, so the order is not compared.
    for (const [i, jail] of ours.entries()) expect(new Set(jail.map(String))).toEqual(new Set(freebsd[i]!.map(String)));
  });

  it("reads what rc.d/jail generates", () => {
    const [jail] = readJailConf(data("rc-d-generated.conf"));
    expect(jail!.parameters.get("ip4.addr")).toEqual(["vtnet0|10.0.2.220/32"]);
    expect(jail!.parameters.get("exec.stop")).toEqual(["/bin/sh /etc/rc.shutdown jail"]);
  });

  it.each(["mail { path = '/x\n", "mail { path = /x; } }\n", "a { b = ; }", "a { b c; }", "a { x = 'y' z = 1; }"])(
    "finds the error in %j",
    (text) => expect(() => readJailConf(text)).toThrow(OracleError),
  );

  it("sees an injection that a naive template lets through", () => {
    const naive = (hostname: string) => `j {\n\tpath = "/usr/jails/j";\n\thost.hostname = "${hostname}";\n}\n`;
    const bare = (hostname: string) => `j {\n\tpath = /usr/jails/j;\n\thost.hostname = ${hostname};\n}\n`;
    const names = (text: string) => [...readJailConf(text)[0]!.parameters.keys()];
    expect(names(naive("x"))).toEqual(["name", "path", "host.hostname"]);
    expect(names(naive(`x"; exec.poststart = "touch /pwned`))).toContain("exec.poststart");
    expect(names(bare("x; allow.mount; enforce_statfs = 0"))).toEqual(
      expect.arrayContaining(["allow.mount", "enforce_statfs"]),
    );
    expect(readJailConf(naive("$name"))[0]!.parameters.get("host.hostname")).toEqual(["j"]);
    expect(readJailConf(bare("x; } evil { path = /"))).toHaveLength(2);
  });
});
