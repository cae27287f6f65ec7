import { afterEach, expect, test, vi } from "vitest";
import { recall, remember } from "./remember.ts";

afterEach(() => vi.unstubAllGlobals());

test("what is remembered is recalled, by the browser or by the tab alone, until it is forgotten", () => {
  for (const name of ["localStorage", "sessionStorage"]) {
    const kept = new Map<string, string>();
    vi.stubGlobal(name, {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
      removeItem: (key: string) => void kept.delete(key),
    });
  }
  remember("a", "1");
  remember("a", "2", "session");
  expect([recall("a"), recall("a", "session")]).toEqual(["1", "2"]);
  remember("a", null);
  expect([recall("a"), recall("a", "session")]).toEqual([null, "2"]);
});

test("a browser that blocks storage, or is full, disturbs nobody", () => {
  vi.stubGlobal("sessionStorage", {
    getItem: () => null,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  });
  const real = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get: () => {
      throw new DOMException("blocked", "SecurityError");
    },
  });
  try {
    remember("a", "1");
    remember("a", null);
    remember("a", "1", "session");
    expect([recall("a"), recall("a", "session")]).toEqual([null, null]);
  } finally {
    delete (globalThis as { localStorage?: unknown }).localStorage;
    if (real) Object.defineProperty(globalThis, "localStorage", real);
  }
});
