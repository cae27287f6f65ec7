import { describe, expect, it } from "vitest";
import { canonicalAddress, formatAddress, isIPv4, isIPv6 } from "../../contract/ip.ts";
import { Switches } from "../../contract/jail.ts";
import { Hostname } from "../../contract/names.ts";
import { parseFstab, renderFstabLine } from "./fstab.ts";
import { quote, renderJailConf } from "./jail-conf.ts";
import { EXPORT_SEPARATOR, addressesOf, parseJailExport } from "./jail-export.ts";
import { readJailConf } from "./testing/jail-conf-oracle.ts";
import { cases } from "../testing/random.ts";
import { Random } from "./testing/random.ts";

/** Pieces of which hostile values are made: everything that means something to some parser on the way. */
const PIECES = [
  ..."abz019-._/:,;={}()[]<>|&*?!#%@^~`+$ '\"\\",
  "''",
  "\\'",
  '\\"',
  "\\\\",
  "\\n",
  "\\x27",
  "\\047",
  "$name",
  "${path}",
  "$(id)",
  "/*",
  "*/",
  "//",
  "+=",
  "}; x {",
  "'; exec.poststart = 'touch /pwned",
  ".include",
  "/usr/jails",
  "erdgeist.org",
  "é",
  "漢",
  "😀",
  "\u00a0",
  "\u2028",
  "\ufeff",
  "\u202e",
];

const COUNT = cases(1_000_000);
const FEWER = cases(100_000, 10);
const BATCH = 10_000;

describe("random values", () => {
  it("each re-parse to themselves through a parser that is not ours", { timeout: 60_000 }, () => {
    const random = new Random(1);
    let wrong = 0;
    let escaped = 0;
    for (let done = 0; done < COUNT; done += BATCH) {
      const values = Array.from({ length: BATCH }, () => random.text(PIECES, 12));
      const lines = values.map((value, i) => `\tp${i} = ${quote(value)};\n`);
      const [jail, ...others] = readJailConf(`j {\n${lines.join("")}}\n`);
      if (others.length > 0 || jail!.parameters.size !== BATCH + 1 || jail!.variables.size > 0) wrong++;
      for (const [i, value] of values.entries()) {
        const read = jail!.parameters.get(`p${i}`);
        if (read?.length !== 1 || read[0] !== value) wrong++;
        if (/[\\']/.test(value)) escaped++;
      }
    }
    expect(wrong).toBe(0);
    expect(escaped).toBeGreaterThan(COUNT / 3);
  });

  it("control characters never get as far as a file", () => {
    const random = new Random(2);
    const controls = Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).concat("\x7f");
    for (let i = 0; i < 10_000; i++) {
      const value = random.text(PIECES, 6) + random.pick(controls) + random.text(PIECES, 6);
      expect(() => quote(value)).toThrow(RangeError);
    }
  });
});

describe("random files", () => {
  it("fstab lines read back to what was written, blanks and all", { timeout: 60_000 }, () => {
    const random = new Random(3);
    const pieces = [...PIECES, "\t", "\n", " ", "#", "\\040", "\x01", "\x7f", "\r"];
    let wrong = 0;
    for (let done = 0; done < FEWER; done += 1000) {
      const entries = Array.from({ length: 1000 }, () => ({
        source: `/${random.text(pieces, 10)}`,
        target: `/${random.text(pieces, 10)}`,
        type: "nullfs",
        options: random.pick(["ro", "rw", "ro,noexec"]),
      }));
      const text = entries.map(renderFstabLine).join("");
      const read = parseFstab(text);
      if (text.split("\n").length !== 1001 || read.length !== 1000) wrong++;
      for (const [i, entry] of entries.entries()) if (JSON.stringify(read[i]) !== JSON.stringify(entry)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it("whole configs hold exactly the addresses and the host name that were asked for", { timeout: 60_000 }, () => {
    const random = new Random(4);
    const labels = [..."abcxyz0123456789-"];
    const paths = { jails: "/usr/jails", etc: "/etc", log: "/var/log" };
    const values = { name: "j", id: "0".repeat(32), interface: "em0", switches: Switches.parse({}), paths };
    const plain = readJailConf(renderJailConf({ ...values, hostname: "x", ip4: [], ip6: [] }))[0]!.parameters.size;
    let accepted = 0;
    let wrong = 0;
    for (let done = 0; done < FEWER; done++) {
      const hostname = Array.from({ length: 1 + random.below(3) }, () => random.text(labels, 8)).join(".");
      const bytes = Uint8Array.from({ length: random.pick([4, 16]) }, () => random.pick([0, 0, random.below(256)]));
      const address = formatAddress(bytes);
      if (canonicalAddress(address) !== address || isIPv4(address) === isIPv6(address)) wrong++;
      if (!Hostname.safeParse(hostname).success) continue;
      if (++accepted % 10 !== 0) continue;
      const families = bytes.length === 4 ? { ip4: [address], ip6: [] } : { ip4: [], ip6: [address] };
      const jails = readJailConf(renderJailConf({ ...values, hostname, ...families }));
      const parameters = jails[0]!.parameters;
      const params = [...parameters].map(([name, items]) => ({ name, value: items.join(",") }));
      if (jails.length !== 1 || parameters.size !== plain + 1) wrong++;
      if (parameters.get("host.hostname")?.join() !== hostname) wrong++;
      if (addressesOf({ name: "j", params }).join() !== address) wrong++;
    }
    expect(accepted).toBeGreaterThan(FEWER / 5);
    expect(wrong).toBe(0);
  });

  it("what jail -e prints of a value is that value again", { timeout: 60_000 }, () => {
    const random = new Random(5);
    /** How jail(8) quotes in its export, as recorded: double quotes unless there are double and no single ones inside. */
    const print = (value: string): string => {
      const mark =
        value === "" || value.includes("'") ? '"' : value.includes('"') ? "'" : /[ \t]/.test(value) ? '"' : "";
      return mark + value.replace(/[\\"']/g, (c) => (c === "\\" || c === mark ? `\\${c}` : c)) + mark;
    };
    let wrong = 0;
    for (let done = 0; done < FEWER; done += 1000) {
      const values = Array.from({ length: 1000 }, () =>
        random.text(
          PIECES.filter((piece) => piece !== ","),
          8,
        ),
      );
      const params = values.map((value, i) => `p${i}=${print(value)}`);
      const [jail, ...others] = parseJailExport(`${["name=j", "flag", ...params].join(EXPORT_SEPARATOR)}\n`);
      if (others.length > 0 || jail!.params.length !== 1002 || jail!.params[1]!.value !== null) wrong++;
      for (const [i, value] of values.entries()) if (jail!.params[i + 2]?.value !== value) wrong++;
    }
    expect(wrong).toBe(0);
  });
});
