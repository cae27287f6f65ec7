import { expect, it } from "vitest";
import { dockKey } from "./dock-keys.tsx";

const key = (code: string, held: string) => ({
  code,
  altKey: held.includes("A"),
  shiftKey: held.includes("S"),
  ctrlKey: held.includes("C"),
  metaKey: held.includes("M"),
});

it("takes Alt and Shift with a few keys, by their place, and leaves all others to the shell", () => {
  expect(dockKey(key("KeyR", "AS"))).toEqual({ do: "split", dir: "row" });
  expect(dockKey(key("KeyD", "AS"))).toEqual({ do: "split", dir: "column" });
  expect(dockKey(key("ArrowUp", "AS"))).toEqual({ do: "move", to: "up" });
  for (const held of ["", "A", "S", "C", "M", "CS", "ASC", "ASM"]) expect(dockKey(key("KeyR", held))).toBeNull();
  expect(dockKey(key("KeyQ", "AS"))).toBeNull();
  for (const code of ["Escape", "KeyO"]) expect(dockKey(key(code, "AS"))).toEqual({ do: "leave" });
  for (const held of ["", "A", "S"]) expect(dockKey(key("Escape", held))).toBeNull();
  expect(dockKey(key("PageUp", "CS"))).toEqual({ do: "shift", by: -1 });
  expect(dockKey(key("PageDown", "CS"))).toEqual({ do: "shift", by: 1 });
  for (const held of ["", "S", "C", "ASC", "CSM"]) expect(dockKey(key("PageUp", held))).toBeNull();
});
