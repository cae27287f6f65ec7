import { spawn } from "node:child_process";

const STILL_MS = 15_000;
const started = Date.now();

export const say = (text) => process.stdout.write(`${text}\n`);
const seconds = (ms) => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);
export const sinceStart = () => seconds(Date.now() - started);

/** A sentence for the person instead of a stack. */
export class Stop extends Error {}

/**
 * Says what is being done, again every 15 seconds if it takes long, and how long it took.
 * @param name of the step, one word
 * @param words what happens and how long it may take
 * @param work the step; may answer a few words on how it went
 */
export async function step(name, words, work) {
  const begun = Date.now();
  const line = (text) => say(`${name.padEnd(9)} ${text}`);
  line(words);
  const timer = setInterval(() => line(`… ${seconds(Date.now() - begun)}`), STILL_MS);
  try {
    const value = await work();
    line(`done in ${seconds(Date.now() - begun)}`);
    return value;
  } finally {
    clearInterval(timer);
  }
}

const active = new Set();

/** Ends the programs that run() has started and that still run. */
export function interrupt() {
  for (const child of active) child.kill("SIGTERM");
}

/**
 * Runs a program to its end with its output kept back.
 * @returns what it printed to stdout
 * @throws Stop with the last lines when it fails
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    active.add(child);
    let out = "";
    let all = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
      all = (all + chunk).slice(-8000);
    });
    child.stderr.on("data", (chunk) => (all = (all + chunk).slice(-8000)));
    child.on("error", (error) => {
      active.delete(child);
      reject(new Stop(`${program} can't be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      active.delete(child);
      if (code === 0) resolve(out);
      else reject(new Stop(`${[program, ...args].join(" ")} ended with ${signal ?? code}:\n${all.trimEnd()}`));
    });
  });
}
