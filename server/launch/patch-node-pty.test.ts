import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";

const file = new URL("./patch-node-pty.mjs", import.meta.url).href;
const { patch } = (await import(file)) as { patch(source: string): string };
const native = createRequire(import.meta.url)("node-pty/build/Release/pty.node") as { knast?: number };
const patched = readFileSync(new URL("../../node_modules/node-pty/src/unix/pty.cc", import.meta.url), "utf8");

test("the installed node-pty is the patched one", () => {
  expect(native.knast).toBe(1);
  expect(patched).toMatch(/fcntl\(master, F_SETFD, FD_CLOEXEC\)/);
  expect(patched).toMatch(/closefrom\(3\)/);
  expect(patched).toMatch(/c_iflag \|= IUTF8/);
  expect(patched).toMatch(/cfsetospeed\(term, B460800\)/);
});

test("a source that is not the expected one is refused, as is one that is patched already", () => {
  expect(() => patch("int main() {}")).toThrow("not the expected one");
  expect(() => patch(patched)).toThrow("not the expected one");
});
