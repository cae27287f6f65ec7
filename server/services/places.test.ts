import { expect, it } from "vitest";
import { Places } from "./places.ts";

it("gives each key its own places, and back only once", () => {
  const places = new Places(2);
  const first = places.take("olaf");
  places.take("olaf");
  expect(() => places.take("olaf")).toThrow(expect.objectContaining({ code: "too_many" }));
  places.take("anna");
  first();
  first();
  places.take("olaf");
  expect(() => places.take("olaf")).toThrow(expect.objectContaining({ code: "too_many" }));
});
