import { type ErrorCode, ERRORS } from "../../contract/errors.ts";

export type Explained = { code: ErrorCode; message: string };

type Rule = { words: RegExp; code: ErrorCode; say: (found: RegExpExecArray) => string | null };

const token = (text: string | undefined, shape: RegExp): string => (text && shape.test(text) ? ` ${text}` : "");
const PARAMETER = /^[a-z0-9_.]{1,64}$/;
const INTERFACE = /^[a-z][a-z0-9_]{0,14}$/;
const ADDRESS = /^[0-9a-f.:]{1,45}$/;

/** What the tools say, most telling first; `words` are anchored to the tool's own prefix, as a jail's scripts may print too. */
const RULES: Rule[] = [
  {
    words: /^jail: \S+ line (\d{1,6}): .*(?:syntax error|unterminated|unexpected)/m,
    code: "config_invalid",
    say: ([, line]) => `FreeBSD can't read this jail's config: line ${line} is not right.`,
  },
  { words: /^jail: \S+: unexpected EOF/m, code: "config_invalid", say: () => null },
  {
    words: /^jail: (?:\S+: )?unknown parameter: (\S+)/m,
    code: "config_invalid",
    say: ([, name]) => `This jail's config has a parameter${token(name, PARAMETER)} that this FreeBSD does not know.`,
  },
  {
    words: /^jail: \S+: ip[46]\.addr: not an IPv[46] address: (\S+)/m,
    code: "config_invalid",
    say: ([, address]) => `This jail's config has an address${token(address, ADDRESS)} that is none.`,
  },
  {
    words: /^ifconfig: interface (\S+) does not exist/m,
    code: "interface_missing",
    say: ([, name]) => `The host has no interface${token(name, INTERFACE)}.`,
  },
  {
    words: /^jail: \S+: mount\.fstab: .*No such file or directory/m,
    code: "config_invalid",
    say: () => "The jail's fstab is missing.",
  },
  {
    words: /^jail: \S+: mount\.(\w+): .* is a symbolic link/m,
    code: "broken",
    say: ([, what]) =>
      `Where${token(what, PARAMETER)} is to be mounted, the jail's tree has a symbolic link. Make it a directory again.`,
  },
  {
    words: /^jail: \S+: mount(?:\.(\w+))?: .*(?:No such file or directory|Not a directory)/m,
    code: "broken",
    say: ([, what]) => `The directory on which${token(what, PARAMETER) || " something"} is to be mounted is missing.`,
  },
  {
    words: /^jail: \S+: No such file or directory/m,
    code: "not_found",
    say: () => "This jail has no config any more.",
  },
  {
    words: /^(?:jail|mount_\w+|mount|cp): .*No space left on device/m,
    code: "disk_full",
    say: () => null,
  },
  {
    words: /^umount: unmount of .* failed: Device busy/m,
    code: "still_mounted",
    say: () => "Something on the host still uses a file system of this jail.",
  },
];

const START: Rule[] = [
  { words: /^jail: "[^"]*" already exists/m, code: "already_running", say: () => null },
  {
    words: /^jail: (?:\S+: )?(?:jail )?"[^"]*" not found/m,
    code: "config_invalid",
    say: () => "This jail's config file holds no jail of its name.",
  },
  {
    words: /^mount_\w+: .*Resource deadlock avoided/m,
    code: "start_failed",
    say: () => "The base is mounted in this jail already. What the start had set up was undone.",
  },
  {
    words: /^jail: \S+: .*: timed out$/m,
    code: "timed_out",
    say: () => "The jail's start took longer than its exec.timeout and was given up. What it had set up was undone.",
  },
  {
    words: /^jail: \S+: \/sbin\/ifconfig (?:epair|kn|bridge)[0-9]\S* .*: failed$/m,
    code: "start_failed",
    say: () => "The jail's network cable could not be laid to its bridge. What it had set up was undone.",
  },
  {
    words: /^jail: \S+: \/sbin\/ifconfig .*: failed$/m,
    code: "start_failed",
    say: () => "The jail's address could not be set. What it had set up was undone.",
  },
  {
    words: /^jail: \S+: \/sbin\/mount .*: failed$/m,
    code: "start_failed",
    say: () => "Something could not be mounted for this jail. What it had set up was undone.",
  },
  {
    words: /^jail: \S+: \/bin\/sh .*: failed$/m,
    code: "start_failed",
    say: () => "The jail's own start script failed. What it had set up was undone.",
  },
];

const STOP: Rule[] = [
  { words: /^jail: (?:\S+: )?(?:jail )?"[^"]*" not found/m, code: "not_running", say: () => null },
  {
    words: /^jail: \S+: .*: timed out$/m,
    code: "timed_out",
    say: () => "The jail's shutdown script took longer than its exec.timeout.",
  },
  {
    words: /^jail: \S+: \/sbin\/ifconfig .*-alias: failed$/m,
    code: "stop_failed",
    say: () => "The jail's address was gone from the interface already.",
  },
  {
    words: /^jail: \S+: \/sbin\/umount .*: failed$/m,
    code: "still_mounted",
    say: () => "A file system of this jail could not be unmounted.",
  },
  {
    words: /^jail: \S+: \/bin\/sh .*: failed$/m,
    code: "stop_failed",
    say: () => "The jail's shutdown script failed, and that keeps the jail up.",
  },
];

/**
 * Turns what jail(8) and the programs that it runs wrote to stderr into one of our codes with a sentence.
 * Nothing of the text is passed on but a parameter, interface, address or line number of a checked shape.
 * @param verb decides what "not found" means and what an unknown text becomes (start_failed or stop_failed)
 */
export function explainJailFailure(stderr: string, verb: "start" | "stop" = "start"): Explained {
  for (const rule of [...RULES, ...(verb === "start" ? START : STOP)]) {
    const found = rule.words.exec(stderr);
    if (found) return { code: rule.code, message: rule.say(found) ?? ERRORS[rule.code].message };
  }
  const code = verb === "start" ? "start_failed" : "stop_failed";
  return { code, message: ERRORS[code].message };
}
