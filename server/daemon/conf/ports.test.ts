import { expect, test } from "vitest";
import { PortsBranch, PortsUrl } from "../../contract/ports.ts";
import { appendLine, gitOptions, leftSome, parseDu, parseSources } from "./ports.ts";
import { makeConf } from "./skeleton-files.ts";

test.each([
  "ext::sh -c id",
  "--upload-pack=id",
  "-u",
  "https://-oProxyCommand=id/x",
  "https://user:pass@host/x",
  "ssh://host/x",
  "https://host/x y",
  "https://host/x\n",
  "file://../x;id",
  "/usr/ports",
  "",
])("no source of a ports tree: %j", (url) => expect(PortsUrl.safeParse(url).success).toBe(false));

test.each(["main", "2026Q4", "release-1.2"])("a branch: %s", (name) =>
  expect(PortsBranch.safeParse(name).success).toBe(true),
);
test.each(["", "-f", "a..b", "a b", "a:b", "refs/heads/x", "a~1", "@{1}"])("no branch: %j", (name) =>
  expect(PortsBranch.safeParse(name).success).toBe(false),
);

test("root's list: comments, blanks and what is no URL are left out", () => {
  expect(parseSources("# ours\n\nhttps://git.example.org/ports.git # mirror\nrm -rf /\n  file:///srv/ports\n")).toEqual(
    ["https://git.example.org/ports.git", "file:///srv/ports"],
  );
});

test("git may speak the approved protocol only and runs no hook", () => {
  const options = gitOptions("https://git.FreeBSD.org/ports.git");
  expect(options).toContain("core.hooksPath=/dev/null");
  expect(options.filter((one) => one.startsWith("protocol."))).toEqual([
    "protocol.allow=never",
    "protocol.https.allow=always",
  ]);
});

test("du's answer is a number or nothing, whatever a jail prints", () => {
  expect(parseDu("12\t/var/ports\n")).toBe(12288);
  for (const text of ["", "du: /var/ports: No such file or directory\n", "-5\tx", "1e9 x", `${"9".repeat(40)} x`])
    expect(parseDu(text)).toBe(null);
});

test("the log keeps its last lines", () => {
  const long = Array.from({ length: 300 }, (_, i) => `line ${i}\n`).join("");
  const lines = appendLine(long, "one\nmore").split("\n");
  expect(lines).toHaveLength(201);
  expect(lines.at(-2)).toBe("one more");
});

test("newjail's make.conf builds below /var/ports, as /usr/ports is read-only (row 16)", () => {
  expect(makeConf()).toBe(
    "WRKDIRPREFIX=/var/ports\nDISTDIR=/var/ports/distfiles\nPACKAGES=/var/ports/packages\nINDEXDIR=/var/ports\n",
  );
});

test("find -delete that left something is known by its words, as FreeBSD's ends with 0 then", () => {
  const said = (stderr: string, status = 0) => leftSome({ status, stderr });
  expect(said("")).toBe(false);
  expect(said("find: -delete: unlink(/var/ports/x): Operation not permitted\n")).toBe(true);
  expect(said("find: -delete: rmdir(/var/ports/mnt): Device busy\n")).toBe(true);
  expect(said("find: /var/ports: No such file or directory\n", 1)).toBe(true);
});
