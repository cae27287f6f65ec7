// Shells the whole way (browser's protocol → handover → knastd → jexec → pty) beside bare node-pty and ws; ttyd too where it is installed.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, quantile, row, table } from "./figures.mjs";
import { beside, connect, echo, integrity, interrupt, memory, stalled, throughput } from "./terminal/measures.mjs";
import { startTargets, TIDY, wait } from "./terminal/targets.mjs";

const number = (name, usual) => Number(process.env[name] ?? usual);
const MIB = number("BENCH_MIB", 64);
const ROUNDS = number("BENCH_ROUNDS", 5);
const KEYS = number("BENCH_KEYS", 600);
const RUNS = number("BENCH_RUNS", 20);
const SESSIONS = number("BENCH_SESSIONS", 200);
const STALL = number("BENCH_STALL", 10);
/** Only parts with these words in their names, divided by commas; all without. */
const ONLY = process.env.BENCH_ONLY?.split(",");
const NAMES = { bare: "bare node-pty and ws", ttyd: "ttyd" };
const p = (rounds, quantum) => median(rounds.map((times) => quantile(times, quantum)));

/** @returns the rows of the report; the rounds of all servers are interleaved */
export async function benchTerminal() {
  const dir = mkdtempSync(join(tmpdir(), "knast-bench-"));
  const { kinds, stop } = await startTargets(dir, MIB);
  const rows = [];
  const wanted = (part) => !ONLY || ONLY.some((word) => part.includes(word));
  /** Measures all servers in turn, so many times; what each gives is a list by kind. */
  const inTurn = async (rounds, measure, of = kinds) => {
    const got = Object.fromEntries(Object.keys(of).map((kind) => [kind, []]));
    for (let round = 0; round < rounds; round++)
      for (const [kind, target] of Object.entries(of)) {
        got[kind].push(await measure({ ...target, kind }));
        await wait(200);
      }
    return got;
  };
  /** A line for each server beside ours. */
  const compare = (what, unit, got, figure) => {
    for (const [kind, name] of Object.entries(NAMES))
      if (got[kind]) rows.push(row(what, unit, figure(got.ours), name, figure(got[kind])));
  };
  const against = (what, unit, ours, goal, other) => rows.push(row(what, unit, ours, goal, other));
  try {
    if (wanted("throughput")) {
      await inTurn(1, (target) => throughput(target, MIB)); // both are services that have run for long
      compare(`shell, cat of ${MIB} MiB`, "MiB/s", await inTurn(ROUNDS, (target) => throughput(target, MIB)), median);
    }
    if (wanted("echo")) {
      const got = await inTurn(ROUNDS, (target) => echo(target, KEYS));
      compare("shell, key to echo, p50", "ms", got, (rounds) => p(rounds, 0.5));
      compare("shell, key to echo, p99", "ms", got, (rounds) => p(rounds, 0.99));
      const flood = (target) => `while :; do cat ${target.file}; done`;
      const busy = await inTurn(Math.min(3, ROUNDS), (target) =>
        beside(target.kind, target, 4, flood(target), () => echo(target, Math.ceil(KEYS / 3))),
      );
      compare("shell, key to echo while four others stream, p99", "ms", busy, (rounds) => p(rounds, 0.99));
      const tens = async () => beside("ours", kinds.ours, 10, "yes", () => echo(kinds.ours, Math.ceil(KEYS / 3)));
      const goal = 2 * p(got.ours, 0.99) + 5;
      against("shell, key to echo while ten others run yes, p99", "ms", p([await tens()], 0.99), "2 × idle + 5", goal);
    }
    // before what fills the memory of a bare server: a fork of it takes the longer then
    if (wanted("connect")) {
      const got = await inTurn(ROUNDS * 6, connect);
      const of = (field) => (all) => median(all.map((one) => one[field]));
      compare("shell, connect to first output", "ms", got, of("connect"));
      compare("shell, opened and connected to first output", "ms", got, of("whole"));
    }
    if (wanted("memory")) {
      const fresh = await startTargets(dir, MIB, TIDY);
      const got = await inTurn(1, (target) => memory(target, SESSIONS), fresh.kinds).finally(fresh.stop);
      const of = (field) => (all) => median(all.map((one) => one[field]));
      compare(`shell, memory of each of ${SESSIONS} at rest`, "KiB", got, of("idle"));
      compare("shell, memory of each after 2 MiB of output", "KiB", got, of("used"));
    }
    if (wanted("interrupt")) {
      const got = await inTurn(ROUNDS, interrupt);
      const of = (field) => (all) => median(all.map((one) => one[field]));
      compare("shell, Ctrl-C in a flood to the prompt, drawn at 20 MiB/s", "ms", got, of("time"));
      compare("shell, what had come and was not drawn then", "MiB", got, of("backlog"));
    }
    if (wanted("stalled")) {
      const got = await inTurn(1, (target) => stalled(target, STALL));
      const of = (field) => (all) => median(all.map((one) => Number(one[field])));
      compare(`shell, growth while a viewer stands still for ${STALL} s`, "MiB", got, of("grown"));
      compare("shell, alive after that", "of 1", got, of("alive"));
      compare("shell, to the prompt after that", "ms", got, of("time"));
    }
    if (wanted("integrity")) {
      const data = readFileSync(kinds.bare.file);
      const hash = createHash("sha256").update(data).digest("hex");
      const runs = [];
      for (let i = 0; i < RUNS; i++) runs.push(await integrity(kinds.ours, hash, data.length));
      const whole = runs.filter((run) => run.equal).length;
      against(`shell, ${MIB} MiB whole with 3 pauses and 2 breaks`, "runs", whole, "wanted", RUNS);
      const fresh = await inTurn(ROUNDS, connect);
      const ways = runs.map((run) => run.back);
      against(
        "shell, a broken line back in its place",
        "ms",
        median(ways),
        "bare: a new shell",
        median(fresh.bare.map((one) => one.connect)),
      );
    }
    return rows;
  } finally {
    await stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await benchTerminal();
  console.log(`${table(rows)}\n\n${JSON.stringify(rows)}`);
}
