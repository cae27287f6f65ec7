import { constants } from "node:os";
import { getopt, type Call } from "../io.ts";
import { listProcesses, ttyName, type Process } from "../processes.ts";
import { findJail } from "../state.ts";
import { userId } from "./accounts.ts";

/** Signals whose numbers FreeBSD and Linux do not share are sent by name. */
function readSignal(text: string): NodeJS.Signals | 0 | null {
  if (text === "0") return 0;
  const bare = text.toUpperCase().replace(/^SIG/, "");
  const FREEBSD = [
    "",
    "HUP",
    "INT",
    "QUIT",
    "ILL",
    "TRAP",
    "ABRT",
    "",
    "FPE",
    "KILL",
    "BUS",
    "SEGV",
    "SYS",
    "PIPE",
    "ALRM",
    "TERM",
    "URG",
    "STOP",
    "TSTP",
    "CONT",
    "CHLD",
    "TTIN",
    "TTOU",
    "IO",
    "XCPU",
    "XFSZ",
    "VTALRM",
    "PROF",
    "WINCH",
    "",
    "USR1",
    "USR2",
  ];
  const name = `SIG${/^[0-9]+$/.test(bare) ? (FREEBSD[Number(bare)] ?? "") : bare}`;
  return name in constants.signals ? (name as NodeJS.Signals) : null;
}

/** pgrep(1) and pkill(1), by the name that they are called under. Status 0: something matched, 1: nothing, 2: bad usage. */
export function pgrep(call: Call): number {
  const kills = call.name === "pkill";
  const args = [...call.args];
  let signal: NodeJS.Signals | 0 = "SIGTERM";
  if (kills && args[0]?.startsWith("-")) {
    const given = readSignal(args[0].slice(1));
    if (given !== null && (/^-(SIG)?[A-Z0-9]{2,}$/.test(args[0]) || /^-[0-9]+$/.test(args[0]))) {
      signal = given;
      args.shift();
    }
  }
  const parsed = getopt({ ...call, args }, "F:G:ILM:N:P:SU:ac:d:fg:ij:lnoqs:t:u:vx");
  if (!parsed) {
    call.io.err(
      `usage: ${call.name} [-LSfilnoqvx] [-d delim] [-F pidfile] [-G gid] [-j jid] [-P ppid] [-s sid] [-t tty] [-U uid] [-u euid] pattern ...\n`,
    );
    return 2;
  }
  const value = (flag: string) => parsed.flags.findLast((item) => item.flag === flag)?.value;
  const has = (flag: string) => parsed.flags.some((item) => item.flag === flag);
  const filters = parsed.flags.some((item) => "jtsPUugG".includes(item.flag));
  if (!parsed.rest.length && !filters) {
    call.io.err(`usage: ${call.name} [-LSfilnoqvx] [-j jid] pattern ...\n`);
    return 2;
  }
  const chosen = jailFilter(call, value("j"));
  if (!chosen) return 2;
  let tests: RegExp[];
  try {
    tests = parsed.rest.map((text) => new RegExp(has("x") ? `^(?:${text})$` : text, has("i") ? "i" : ""));
  } catch {
    call.io.err(`${call.name}: Cannot compile regular expression \`${parsed.rest[0]}' (invalid regular expression)\n`);
    return 2;
  }
  const list = (flag: string) => value(flag)?.split(",");
  const [ttys, sessions, parents, groups] = [list("t"), list("s"), list("P"), list("g")];
  const users = (list("u") ?? list("U"))?.map((text) => userId(text));
  const matches = (p: Process): boolean => {
    const text = has("f") ? p.command : p.argv[0]!.split("/").at(-1)!.replace(/^-/, "");
    return (
      (!tests.length || tests.some((test) => test.test(text))) &&
      (!ttys || ttys.some((tty) => ttyName(p.tty) === tty || (tty !== "-" && ttyName(p.tty) === `pts/${tty}`))) &&
      (!sessions || sessions.includes(String(p.session))) &&
      (!parents || parents.includes(String(p.ppid))) &&
      (!groups || groups.includes(String(p.pgrp))) &&
      (!users || users.includes(p.uid))
    );
  };
  let found = chosen.filter(
    (p) => p.pid !== process.pid && p.pid !== call.caller && p.state[0] !== "Z" && matches(p) !== has("v"),
  );
  const byAge = found.toSorted((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
  if (has("n")) found = byAge.slice(-1);
  if (has("o")) found = byAge.slice(0, 1);
  if (kills) {
    for (const p of found)
      try {
        process.kill(p.pid, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH")
          call.io.err(`pkill: signalling pid ${p.pid}: Operation not permitted\n`);
      }
  } else if (!has("q") && found.length) {
    const line = (p: Process) =>
      has("l") ? `${p.pid} ${has("f") ? p.command : p.argv[0]!.split("/").at(-1)}` : String(p.pid);
    call.io.out(`${found.map(line).join(value("d") ?? "\n")}\n`);
  }
  return found.length ? 0 : 1;
}

/** -j: jails by name or jid, "any" for all jails, "none" or 0 for the host. @returns null after saying what is wrong */
function jailFilter(call: Call, text: string | undefined): Process[] | null {
  const all = () => listProcesses(call.state);
  if (text === undefined) return all();
  const found: Process[] = [];
  for (const name of text.split(",")) {
    if (name === "any") found.push(...all().filter((p) => p.jid !== 0));
    else if (name === "none" || name === "0") found.push(...all().filter((p) => p.jid === 0));
    else {
      const jail = findJail(call.state, name);
      if (!jail) {
        call.io.err(`${call.name}: Invalid jail ID or name '${name}'\n`);
        return null;
      }
      found.push(...listProcesses(call.state, { jail }));
    }
  }
  return found;
}
