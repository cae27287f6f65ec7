import { existsSync, readFileSync, statSync } from "node:fs";
import { getopt, type Call } from "../io.ts";
import { writeWhole } from "../state.ts";

/** A line that sets NAME: its value unquoted. */
function readValue(line: string, name: string): string | null {
  const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
  if (!match || match[1] !== name) return null;
  const text = match[2]!.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"|^'([^']*)'/.exec(text);
  if (quoted) return quoted[1]?.replace(/\\(["\\$`])/g, "$1") ?? quoted[2]!;
  return text.split(/[\s#;]/)[0]!;
}

const DEFAULTS: Record<string, string> = {
  jail_enable: "NO",
  jail_list: "",
  jail_conf: "/etc/jail.conf",
  sshd_enable: "NO",
  syslogd_enable: "YES",
};

/** sysrc(8): shows, sets, appends (`+=`), takes out (`-=`), removes (-x) and checks (-c) variables of rc.conf(5) or of -f FILE. */
export function sysrc(call: Call): number {
  const parsed = getopt(call, "aAcdDeEf:FhiInNqR:s:vx");
  if (!parsed || (!parsed.rest.length && !parsed.flags.some((item) => item.flag === "a"))) {
    call.io.err("Usage: sysrc [OPTIONS] {name[[+|-]=value] ...}\n");
    return 1;
  }
  const has = (flag: string) => parsed.flags.some((item) => item.flag === flag);
  const given = parsed.flags.findLast((item) => item.flag === "f")?.value;
  const file = given ?? call.state.etc("rc.conf");
  const read = () => (existsSync(file) ? readFileSync(file, "utf8") : "");
  const current = (name: string) => {
    const values = read()
      .split("\n")
      .map((line) => readValue(line, name))
      .filter((value) => value !== null);
    return values.at(-1) ?? (given === undefined ? (DEFAULTS[name] ?? null) : null);
  };
  const label = (name: string, text: string) => (has("n") ? text : has("e") ? `${name}="${text}"` : `${name}: ${text}`);
  let status = 0;
  if (has("a"))
    for (const line of read().split("\n")) {
      const name = /^\s*([A-Za-z_][A-Za-z0-9_]*)=/.exec(line)?.[1];
      if (name) call.io.out(`${label(name, readValue(line, name)!)}\n`);
    }
  for (const word of parsed.rest) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*?)([+-]?)(?:=([\s\S]*))?$/.exec(word);
    if (!match || (match[2] && match[3] === undefined)) {
      call.io.err(`sysrc: ${word}: name contains characters not allowed in shell\n`);
      status = 1;
      continue;
    }
    const [, name, sign, value] = match as unknown as [string, string, string, string | undefined];
    const before = current(name);
    if (has("x")) {
      if (
        !read()
          .split("\n")
          .some((line) => readValue(line, name) !== null)
      ) {
        if (!has("i")) call.io.err(`sysrc: unknown variable '${name}'\n`);
        if (!has("i")) status = 1;
      } else change(file, name, null);
      continue;
    }
    if (value === undefined) {
      if (before === null) {
        if (has("i")) continue;
        if (!has("q")) call.io.err(`sysrc: unknown variable '${name}'\n`);
        status = 1;
      } else if (!has("c")) call.io.out(`${label(name, before)}\n`);
      continue;
    }
    const after = combine(before ?? "", sign, value);
    if (has("c")) {
      if (after !== before) status = 1;
      continue;
    }
    if (after !== before) change(file, name, after);
    if (!has("q")) call.io.out(has("n") ? `${before ?? ""} -> ${after}\n` : `${name}: ${before ?? ""} -> ${after}\n`);
  }
  return status;
}

/** `+=` appends words that are not there yet, `-=` takes them out; a first sign that is no letter is the delimiter, as sysrc(8) has it. */
function combine(before: string, sign: string, value: string): string {
  if (!sign) return value;
  const delimiter = /^[^\w"'-]/.test(value) ? value[0]! : " ";
  const split = (text: string) => text.split(delimiter === " " ? /\s+/ : delimiter).filter(Boolean);
  const [have, more] = [split(before), split(value)];
  if (sign === "-") return have.filter((word) => !more.includes(word)).join(delimiter);
  return [...have, ...more.filter((word, i) => !have.includes(word) && more.indexOf(word) === i)].join(delimiter);
}

/** The last line that sets the variable is changed, the others stay; -x removes all of them. */
function change(file: string, name: string, value: string | null): void {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const mode = existsSync(file) ? statSync(file).mode & 0o777 : 0o644;
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  if (value === null) {
    writeWhole(
      file,
      lines
        .filter((line) => readValue(line, name) === null)
        .map((line) => `${line}\n`)
        .join(""),
      mode,
    );
    return;
  }
  const line = `${name}="${value.replace(/["\\$`]/g, "\\$&")}"`;
  const at = lines.findLastIndex((old) => readValue(old, name) !== null);
  if (at < 0) lines.push(line);
  else lines[at] = line;
  writeWhole(file, lines.map((each) => `${each}\n`).join(""), mode);
}
