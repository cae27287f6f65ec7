import { describe, expect, it } from "vitest";
import { booleanOf, plainName } from "./boolean-parameter.ts";
import { type ConfChange, editJailConf } from "./edit-jail-conf.ts";
import { scanJailConf } from "./jail-conf-scan.ts";
import { readJailConf } from "./testing/jail-conf-oracle.ts";
import { Random } from "./testing/random.ts";

const FLAGS = ["allow.mount", "allow.chflags", "allow.mount.devfs", "mount.devfs", "persist", "exec.clean"];
const TEXTS = ["path", "host.hostname", "interface", "exec.start", "securelevel", "sysvshm"];
const LISTS = ["ip4.addr", "depend", "exec.poststart"];
const JAILS = ["mail", "www", "ma"];
/** What stands in files that people write, and all that means something to a parser. */
const BITS = [..."abz019-._/: ,;={}|*?#$'\"\\+", "//", "/*", "*/", "${x}", "$name", "é", "; }", "\\n", "\\'"];
const BLANKS = ["", " ", "\t", "\n", "\r\n", "  # it's a comment; }\n", ' // { "\n', " /* ' } */ ", "\n\t"];

/** A random file with everything that jail.conf(5) knows, and per jail at most one spelling of each parameter in a section. */
class File {
  constructor(private readonly random: Random) {}

  value(): string {
    return this.random.text(BITS, 6);
  }
  word(value: string): string {
    const single = `'${value.replace(/[\\']/g, "\\$&")}'`;
    if (this.random.below(3) === 0) return single;
    if (this.random.below(2) === 0) return `"${value.replace(/[\\"$]/g, "\\$&")}"`;
    return /^[a-z0-9.]+$/.test(value) ? value : single;
  }
  blank(needed = false): string {
    const blank = this.random.pick(BLANKS);
    return needed && !/^\s/.test(blank) ? ` ${blank}` : blank;
  }
  statement(name: string): string {
    if (FLAGS.includes(name)) {
      const spelled = this.random.below(2) ? name : name.replace(/[^.]*$/, "no$&");
      const value = this.random.pick(["", "", "1", "0", "true", "false"]);
      return value ? `${spelled}${this.blank()}=${this.blank()}${this.word(value)}` : spelled;
    }
    const words = [this.word(this.value())];
    if (LISTS.includes(name)) while (this.random.below(2)) words.push(this.word(this.value()));
    const out = `${name}${this.blank()}=${this.blank()}${words.join(`${this.blank()},${this.blank()}`)}`;
    return LISTS.includes(name) && this.random.below(3) === 0
      ? `${out};${this.blank()}${name} += ${this.word(this.value())}`
      : out;
  }
  statements(share: number): string {
    const names = [...FLAGS, ...TEXTS, ...LISTS].filter(() => this.random.below(share) === 0);
    return names.map((name) => `${this.statement(name)}${this.blank()};${this.blank()}`).join("");
  }
  text(): string {
    const shared = `$x${this.blank()}= y;${this.random.below(2) ? this.statements(8) : `* {${this.statements(8)}}`}`;
    const blocks = JAILS.map((jail) => `${jail}${this.blank()}{${this.blank()}${this.statements(2)}}${this.blank()}`);
    return shared + this.blank() + blocks.join("");
  }
}

/** All parameters of each jail as an independent reader has them; of two spellings the later one counts. */
function parameters(text: string): Record<string, Record<string, string>> {
  return Object.fromEntries(
    readJailConf(text).map(({ name, parameters }) => {
      const found: Record<string, string> = {};
      for (const [key, values] of parameters) {
        const flag = booleanOf(key, values);
        found[plainName(key).name] = flag === null ? JSON.stringify(values) : String(flag);
      }
      return [name, found];
    }),
  );
}

const comments = (text: string): string[] => text.match(/# it's a comment; }|\/\/ { "|\/\* ' } \*\//g) ?? [];

describe("random edits of random files", () => {
  it("give exactly the wished parameters and leave the others, of this jail and of its neighbours", () => {
    const random = new Random(20_261_124);
    const file = new File(random);
    for (let round = 0; round < 2_000; round++) {
      const text = file.text();
      const wished = parameters(text);
      const sharedNames = scanJailConf(text.slice(0, text.search(/\bmail(?:\s|[{#/])/))).map(
        (one) => plainName(one.name).name,
      );
      const changes: ConfChange[] = [];
      for (let n = 1 + random.below(4); n > 0; n--) {
        const name = random.pick([...FLAGS, ...TEXTS, ...LISTS]);
        if (random.below(5) === 0 && !sharedNames.includes(name)) {
          changes.push({ name, values: null });
          delete wished["mail"]![name];
        } else if (FLAGS.includes(name)) {
          const on = random.below(2) === 1;
          changes.push({ name: on ? name : name.replace(/[^.]*$/, "no$&"), values: [] });
          wished["mail"]![name] = String(on);
        } else {
          const values = [file.value()];
          if (LISTS.includes(name)) while (random.below(2)) values.push(file.value());
          changes.push({ name, values });
          wished["mail"]![name] = JSON.stringify(values);
        }
      }
      const edited = editJailConf(text, "mail", changes);
      expect(parameters(edited), `round ${round}\n${text}\n---\n${edited}`).toEqual(wished);
      const end = text.search(/\bwww\s*(?:[{]|#|\/)/);
      expect(edited.endsWith(text.slice(end))).toBe(true);
      if (changes.every((change) => change.values?.length === 0)) expect(comments(edited)).toEqual(comments(text));
    }
  });
});
