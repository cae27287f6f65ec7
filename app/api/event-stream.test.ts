import { expect, it } from "vitest";
import { eventStream } from "./event-stream.ts";

it("ends what it opened when its reader goes, and at once for one who has gone before", async () => {
  const reader = new AbortController();
  const closed: string[] = [];
  const open = (signal: AbortSignal, name: string) =>
    eventStream(signal, (send) => {
      send({ data: name });
      return () => closed.push(name);
    });
  const stays = open(reader.signal, "stays");
  const late = open(AbortSignal.abort(), "late");
  expect(closed).toEqual(["late"]);
  expect(await late.text()).toBe('retry: 1000\n\ndata: "late"\n\n');
  reader.abort();
  expect(closed).toEqual(["late", "stays"]);
  expect(await stays.text()).toBe('retry: 1000\n\ndata: "stays"\n\n');
});
