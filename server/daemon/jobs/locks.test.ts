import { expect, test } from "vitest";
import { Locks, Mutex, Semaphore } from "./locks.ts";

const me = { verb: "jail.start", job: null };

test("all keys or none; released twice is released once", () => {
  const locks = new Locks();
  const release = locks.take(me, ["jail:a", "address:10.0.0.1"]);
  expect(() => locks.take(me, ["jail:b", "address:10.0.0.1"])).toThrowError(expect.objectContaining({ code: "busy" }));
  expect(locks.holder("jail:b")).toBeNull();
  expect(locks.holder("jail:a")).toBe(me);
  release();
  const again = locks.take(me, ["jail:a"]);
  release();
  expect(locks.holder("jail:a")).toBe(me);
  again();
  expect(locks.holder("jail:a")).toBeNull();
});

test("shared holders keep an exclusive one out, and it them", () => {
  const locks = new Locks();
  const one = locks.take(me, ["jail:a"], ["base"]);
  const two = locks.take(me, ["jail:b"], ["base"]);
  expect(() => locks.take(me, ["base"])).toThrow();
  one();
  expect(() => locks.take(me, ["base"])).toThrow();
  two();
  const all = locks.take(me, ["base"]);
  expect(() => locks.take(me, ["jail:c"], ["base"])).toThrow();
  expect(locks.holder("jail:c")).toBeNull();
  all();
  locks.take(me, [], ["base"]);
});

test("a mutex runs one after the other, also after a failure", async () => {
  const mutex = new Mutex();
  const order: string[] = [];
  const work = (name: string, fails = false) =>
    mutex.run(async () => {
      order.push(`${name} in`);
      await Promise.resolve();
      order.push(`${name} out`);
      if (fails) throw new Error(name);
    });
  await Promise.allSettled([work("a", true), work("b"), work("c")]);
  expect(order).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
});

test("a semaphore lets no more in than it has places", async () => {
  const semaphore = new Semaphore(2);
  let inside = 0;
  let most = 0;
  const work = () =>
    semaphore.run(async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    });
  await Promise.all(Array.from({ length: 20 }, work));
  expect(most).toBe(2);
  expect(inside).toBe(0);
});
