#!/usr/bin/env node
// Hands a connection over and back within this process, by the addon named as the argument: a build that can't do that here is not used.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const native = createRequire(import.meta.url)(process.argv[2]);
const READABLE = 1;
const fd = (socket) => socket._handle.fd;
const dir = mkdtempSync(join(tmpdir(), "knast-check-"));

async function listen(...where) {
  const server = createServer({ pauseOnConnect: true });
  await new Promise((resolve) => server.listen(...where, resolve));
  return server;
}

/** @returns both ends of a connection */
async function pair(server, ...where) {
  const coming = once(server, "connection");
  const near = connect(...where);
  const [far] = await coming;
  return { near, far };
}

/** Resolves when the line can be read. */
function opened(descriptor) {
  let readable;
  const ready = new Promise((resolve) => (readable = resolve));
  const line = native.open(descriptor, readable);
  native.watch(line, READABLE);
  return { line, ready };
}

function expect(what, is, wanted) {
  if (is !== wanted) throw new Error(`${what}: ${is} instead of ${wanted}`);
}

try {
  const path = join(dir, "sock");
  const [unix, tcp] = [await listen(path), await listen(0, "127.0.0.1")];
  const leash = await pair(unix, path);
  const browser = await pair(tcp, tcp.address().port, "127.0.0.1");
  const taker = opened(native.duplicate(fd(leash.far)));
  expect("sendmsg", native.give(fd(leash.near), fd(browser.far), Buffer.from("hello")), 5);
  browser.far.destroy();
  await taker.ready;
  const inbox = Buffer.alloc(64);
  const [bytes, descriptor] = native.receive(taker.line, inbox);
  expect("recvmsg", bytes, 5);
  expect("a descriptor came", descriptor >= 0, true);
  const taken = opened(descriptor);
  browser.near.write("key");
  await taken.ready;
  expect("recv", native.read(taken.line, inbox), 3);
  expect("recv of nothing waits", native.read(taken.line, inbox) < 0, true);
  expect("send", native.write(taken.line, Buffer.from("echo"), 0), 4);
  const [answer] = await once(browser.near, "data");
  expect("what was sent", answer.toString(), "echo");
  const over = once(browser.near, "close");
  native.close(taken.line);
  await over;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exit(0);
