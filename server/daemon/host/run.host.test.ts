import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { poll } from "../testing/poll.ts";
import { createRunner, type Run } from "./run.ts";

let directory: string;
let run: Run;

const program = (name: string, script: string) => {
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, name), 0o755);
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "knast-run-"));
  run = createRunner(["/nonexistent", directory]);
});
afterAll(() => rmSync(directory, { recursive: true }));

test("gives back status, both streams and each line", async () => {
  program("say", "echo out; echo err >&2; printf rest; exit 7");
  const lines: string[] = [];
  const result = await run("say", [], { log: (line) => lines.push(line) });
  expect(result).toEqual({ status: 7, signal: null, stdout: "out\nrest", stderr: "err\n", timedOut: false });
  expect(lines.sort()).toEqual(["err", "out", "rest"]);
});

test("gives a program its arguments as they are, and nothing of our environment", async () => {
  program("show", 'printf "%s\\n" "$@"; pwd; /usr/bin/env | /usr/bin/sort | /bin/grep -v ^_= | /bin/grep -v ^PWD=');
  process.env.KNAST_CANARY = "secret";
  const { stdout } = await run("show", ["$(id)", "a b", "*", ";x", "-r"]);
  delete process.env.KNAST_CANARY;
  expect(stdout).toBe(`$(id)\na b\n*\n;x\n-r\n/\nLANG=C.UTF-8\nPATH=/nonexistent:${directory}\n`);
});

test("a program gets the usual umask, whatever ours is, and ours stays", async () => {
  const before = process.umask(0o077);
  try {
    program("mask", "umask");
    expect((await run("mask", [])).stdout).toBe("0022\n");
    expect(process.umask()).toBe(0o077);
  } finally {
    process.umask(before);
  }
});

test("ends at the program's exit though a daemon that it left keeps its output, and does not kill that one", async () => {
  const file = join(directory, "alive");
  program("leave", `(/bin/sleep 1; echo late; echo late; echo yes > ${file}) & echo begun`);
  const began = Date.now();
  expect((await run("leave", [])).stdout).toBe("begun\n");
  expect(Date.now() - began).toBeLessThan(900);
  expect(await poll("the daemon goes on", () => readIf(file), 5000)).toBe("yes\n");
});

test("kills the whole process group at the deadline", async () => {
  const file = join(directory, "child");
  program("hang", `trap "" TERM; /bin/sleep 100 & echo $! > ${file}; wait; /bin/sleep 100`);
  const began = Date.now();
  const result = await run("hang", [], { deadline: 200 });
  expect(result.timedOut).toBe(true);
  expect(result.signal).toBe("SIGKILL");
  expect(Date.now() - began).toBeLessThan(6000);
  const pid = Number(readFileSync(file, "utf8"));
  await poll("its child is gone", () => !alive(pid), 2000);
});

test("keeps the head of endless output and lets the program go on", async () => {
  program("flood", "/usr/bin/head -c 20000000 /dev/zero | /usr/bin/tr '\\0' x; echo done >&2");
  const result = await run("flood", [], { cap: 1000 });
  expect(result.status).toBe(0);
  expect(result.stdout).toHaveLength(1000);
  expect(result.stderr).toBe("done\n");
});

test("of a flood of lines only the first ones are told", async () => {
  program("lines", "/usr/bin/yes '' | /usr/bin/head -n 300000; echo end >&2");
  let told = 0;
  const result = await run("lines", [], { log: (line) => line === "" && told++ });
  expect(result.stderr).toBe("end\n");
  expect(told).toBe(10_000);
});

test.each(["nosuch", "../sh", "/bin/sh", "", "-x", "*"])("does not run %j", async (name) => {
  await expect(run(name, [])).rejects.toBeInstanceOf(KnastError);
});

test("a missing program is tool_missing, a NUL in an argument is refused", async () => {
  await expect(run("nosuch", [])).rejects.toMatchObject({ code: "tool_missing" });
  await expect(run("say", ["a\0b"])).rejects.toMatchObject({ code: "internal" });
});

test("gives text to standard input", async () => {
  program("echo-in", "/bin/cat");
  expect((await run("echo-in", [], { stdin: "ä\n" })).stdout).toBe("ä\n");
});

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};
const readIf = (file: string) => {
  try {
    return readFileSync(file, "utf8") || null;
  } catch {
    return null;
  }
};

test("feeds and takes at the pace of the slower one, and ends the program with what either throws", async () => {
  const run = createRunner(["/usr/bin", "/bin"]);
  async function* feed(pieces: number) {
    for (let i = 0; i < pieces; i++) yield Buffer.alloc(100_000, i);
  }
  let taken = 0;
  const take = (chunk: Buffer) => void (taken += chunk.length);
  expect(await run("cat", [], { feed: feed(50), take })).toMatchObject({ status: 0, stdout: "" });
  expect(taken).toBe(5_000_000);
  const refuse = () => {
    throw new KnastError("archive_invalid");
  };
  await expect(run("cat", [], { feed: feed(50), take: refuse })).rejects.toMatchObject({ code: "archive_invalid" });
  async function* broken() {
    yield Buffer.from("a");
    throw new KnastError("checksum_mismatch");
  }
  await expect(run("cat", [], { feed: broken(), take })).rejects.toMatchObject({ code: "checksum_mismatch" });
  expect(await run("true", [], { feed: feed(50) })).toMatchObject({ status: 0 });
});

describe.concurrent("what a program leaves behind", () => {
  const DRIP = "(while printf x 2> /dev/null; do /bin/sleep 0.2; done) &";

  test("holds nobody up by a byte now and then", { timeout: 20_000 }, async () => {
    program("drip", DRIP);
    let taken = 0;
    const take = (chunk: Buffer) => void (taken += chunk.length);
    expect(await run("drip", [], { take })).toMatchObject({ status: 0, timedOut: false });
    expect(taken).toBeGreaterThan(0);
  });

  test("does not keep one from giving it up", { timeout: 20_000 }, async () => {
    program("drip-on", DRIP);
    const stop = new AbortController();
    let taken = 0;
    const take = () => void (++taken === 3 && stop.abort());
    expect(await run("drip-on", [], { take, signal: stop.signal })).toMatchObject({ status: 0, timedOut: true });
  });

  test("holds no end of ours when it came out of a jail", async () => {
    const file = join(directory, "cut");
    program("jexec", `trap '' PIPE; (while printf x; do /bin/sleep 0.1; done; echo yes > ${file}) 2> /dev/null &`);
    expect(await run("jexec", [])).toMatchObject({ status: 0 });
    expect(await poll("its output is closed", () => readIf(file), 5000)).toBe("yes\n");
  });

  test("who takes slowly gets all that a program has printed before its end", { timeout: 20_000 }, async () => {
    program("print", "/usr/bin/head -c 200000 /dev/zero");
    let taken = 0;
    const take = async (chunk: Buffer) => {
      if (taken === 0) await new Promise((resolve) => setTimeout(resolve, 6500));
      taken += chunk.length;
    };
    expect(await run("print", [], { take })).toMatchObject({ status: 0 });
    expect(taken).toBe(200_000);
  });
});
