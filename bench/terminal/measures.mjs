import { fork } from "node:child_process";
import { createHash, randomInt } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../devjail-daemon.mjs";
import { median } from "../figures.mjs";
import { openShell } from "./client.mjs";
import { memoryOf, ready, tidyMemoryOf, wait } from "./targets.mjs";

/** @returns MiB a second from the command to the last byte */
export async function throughput(target, mib) {
  const { shell, close } = await target.open();
  await ready(shell);
  const seen = shell.see("the-end");
  const from = performance.now();
  shell.type(`cat ${target.file}; echo the'-'end\r`);
  await seen;
  const seconds = (performance.now() - from) / 1000;
  await close();
  return mib / seconds;
}

/** @returns milliseconds from a key to its echo by the tty, one key after the other */
export async function echo(target, keys) {
  const { shell, close } = await target.open();
  await ready(shell);
  const begun = shell.see("be-gin");
  shell.type("stty echo -icanon min 1 time 0; echo be'-'gin; cat >/dev/null\r");
  await begun;
  await wait(100);
  const times = [];
  for (let i = 0; i < keys; i++) {
    const from = performance.now();
    await new Promise((resolve) => {
      shell.data = resolve;
      shell.type("abcdefghij"[i % 10]);
    });
    times.push(performance.now() - from);
    await wait(2 + randomInt(6));
  }
  await close();
  return times;
}

/** Runs `work` while so many shells run `line`, read by another process. */
export async function beside(kind, target, count, line, work) {
  const reader = fork(join(root, "bench/terminal/consumer.mjs"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const urls = [];
  try {
    for (let i = 0; i < count; i++) {
      const url = await target.url();
      urls.push(url);
      reader.send({ url, kind, line });
      await once(reader, "message");
    }
    await wait(500);
    return await work();
  } finally {
    reader.send({ stop: true });
    await once(reader, "message");
    reader.disconnect();
    await Promise.all(urls.map((url) => target.close(url)));
    await wait(200);
  }
}

/** @returns ms from Ctrl-C to the prompt on a screen that draws 20 MiB/s, and MiB that had come and were not drawn then */
export async function interrupt(target) {
  const { shell, close } = await target.open({ rate: 20 << 20 });
  await ready(shell);
  shell.type(`PS1='pro''mpt'; while :; do cat ${target.file}; done\r`);
  await wait(2000);
  const backlog = (shell.received - shell.drawn) / 2 ** 20;
  const seen = shell.see("prompt");
  const from = performance.now();
  shell.type("\x03");
  await seen;
  const time = performance.now() - from;
  await close();
  return { time, backlog };
}

/** @returns MiB that its processes grow by while a viewer reads nothing for so many seconds, whether the shell lives, ms to the prompt after it reads again */
export async function stalled(target, seconds) {
  const { url, shell, close } = await target.open();
  await ready(shell);
  const before = memoryOf(target.pids);
  shell.type(`PS1='pro''mpt'; i=0; while [ $i -lt 512 ]; do head -c 1048576 ${target.file}; i=$((i+1)); done\r`);
  await wait(50);
  shell.pause();
  await wait(seconds * 1000);
  const grown = memoryOf(target.pids) - before;
  shell.type("\x03");
  await wait(200);
  const inTime = (seen) =>
    seen.then(
      () => true,
      () => false,
    );
  const seen = inTime(shell.see("prompt", 20_000));
  const from = performance.now();
  shell.resume();
  let alive = await Promise.race([seen, shell.gone.then(() => false)]);
  // Who answers no ping for a minute is put off the line, and comes back by a new one, as the panel's page does.
  if (!alive && target.kind === "ours") {
    const { received, as } = shell;
    const again = await openShell(url, { kind: "ours", from: received, as });
    alive = await inTime(again.see("prompt", 20_000));
    again.close();
  }
  const time = performance.now() - from;
  await close();
  return { grown, alive, time };
}

/** @returns KiB for each of so many shells at rest, and after each has printed 2 MiB */
export async function memory(target, count) {
  // What a process takes once and keeps belongs to no shell. One has printed, as ours keeps the last screen of each for a minute.
  for (let i = 0; i < 20; i++) {
    const { shell, close } = await target.open();
    const seen = shell.see("the-end");
    shell.type(`${i === 0 ? `cat ${target.file}; ` : ""}echo the'-'end\r`);
    await seen;
    await close();
  }
  await wait(1500);
  const before = await tidyMemoryOf(target);
  const open = [];
  for (let i = 0; i < count; i++) open.push(await target.open());
  await wait(1500);
  const each = async () => (((await tidyMemoryOf(target)) - before) * 1024) / count;
  const idle = await each();
  for (const { shell } of open) {
    const seen = shell.see("the-end");
    shell.type(`head -c 2097152 ${target.file}; echo the'-'end\r`);
    await seen;
  }
  await wait(1500);
  const used = await each();
  for (const one of open) await one.close();
  return { idle, used };
}

/**
 * @returns milliseconds to the first output of a new shell, from asking for it (`whole`) and from connecting to it. A bare server
 *   makes the shell when one connects; ours has made it when it names it, which on devjail starts two programs of Node.
 */
export async function connect(target) {
  const asked = performance.now();
  const url = await target.url();
  const from = performance.now();
  let shell;
  await new Promise((resolve, reject) => {
    openShell(url, { kind: target.kind, data: resolve }).then((one) => (shell = one), reject);
  });
  const now = performance.now();
  shell?.close();
  await target.close(url);
  return { whole: now - asked, connect: now - from };
}

/**
 * 64 MiB with pauses, and two broken lines in the middle.
 * @returns whether the bytes are those of the file, and the milliseconds of each way back: from the new connection to hello
 */
export async function integrity(target, wanted, size) {
  const url = await target.url();
  let shell = await openShell(url, { kind: "ours" });
  await ready(shell);
  const quiet = shell.see("go-on");
  shell.type("stty -onlcr; echo go'-'on\r");
  await quiet;
  await wait(50);
  const hash = createHash("sha256");
  const back = [];
  let count = 0;
  let whole;
  const done = new Promise((resolve) => (whole = resolve));
  const take = (bytes) => {
    const rest = bytes.subarray(0, size - count);
    hash.update(rest);
    count += rest.length;
    if (count === size) whole();
  };
  shell.data = take;
  shell.type(`cat ${target.file}\r`);
  for (let step = 1; step <= 5; step++) {
    while (count < (size * step) / 6) await wait(1);
    if (step % 2 === 1) {
      shell.pause();
      await wait(30);
      shell.resume();
      continue;
    }
    const { received, as } = shell;
    shell.data = () => {};
    shell.close();
    const from = performance.now();
    const again = await openShell(url, { kind: "ours", from: received, as, data: take });
    shell = again;
    while (again.hellos.length === 0) await new Promise(setImmediate);
    back.push(performance.now() - from);
    if (again.hellos[0].mode !== "resume" || again.hellos[0].offset !== received) return { equal: false, back };
  }
  const late = wait(60_000);
  await Promise.race([done, late]);
  shell.close();
  await target.close(url);
  return { equal: hash.digest("hex") === wanted, back: median(back) };
}
