import { describe, expect, it } from "vitest";
import type { ActionResult } from "@/server/contract/action.ts";
import type { Taken, Transfer } from "@/server/contract/shell-file.ts";
import { SendQueue } from "./send-queue.ts";

/** A jail of names and bytes, behind the actions and routes that the queue knows. */
function jail() {
  const files = new Map<string, Buffer>();
  const open = new Map<string, { file: string; bytes: number; got: Buffer; name: string | null }>();
  const asked: Taken[] = [];
  let stalled: Promise<void> | null = null;
  const state = { cancelled: [] as string[] };
  const failure = (code: "exists" | "disk_full", message: string) => ({
    ok: false as const,
    failure: { code, message, problems: [] },
  });
  const put = async ({
    file,
    bytes,
    taken,
  }: {
    file: string;
    bytes: number;
    taken: Taken;
  }): Promise<ActionResult<Transfer>> => {
    asked.push(taken);
    if (file === "huge") return failure("disk_full", "no room");
    if (taken === "ask" && files.has(file)) return failure("exists", "there");
    const transfer = String(open.size + 1).padStart(32, "0");
    const name = taken === "keep" && files.has(file) ? `${file} (2)` : file;
    open.set(transfer, { file: name, bytes, got: Buffer.alloc(0), name: bytes === 0 ? name : null });
    if (bytes === 0) files.set(name, Buffer.alloc(0));
    return { ok: true, value: { transfer, bytes, received: 0, name: bytes === 0 ? name : null } };
  };
  const cancelPut = async ({ transfer }: { transfer: string }): Promise<ActionResult<unknown>> => {
    state.cancelled.push(transfer);
    return { ok: true, value: {} };
  };
  const fetch = async (url: string, init: { method?: string; body?: Blob; signal: AbortSignal }) => {
    if (stalled)
      await Promise.race([
        stalled,
        new Promise((_, no) => init.signal.addEventListener("abort", () => no(new DOMException("x", "AbortError")))),
      ]);
    const [, transfer] = /files\/([0-9]{32})/.exec(url)!;
    const one = open.get(transfer!)!;
    if (init.method === "POST") {
      one.got = Buffer.concat([one.got, Buffer.from(await init.body!.arrayBuffer())]);
      if (one.got.length === one.bytes) {
        files.set(one.file, one.got);
        one.name = one.file;
      }
    }
    return Response.json({ transfer, bytes: one.bytes, received: one.got.length, name: one.name });
  };
  return {
    files,
    asked,
    state,
    stall: () => {
      let go = () => {};
      stalled = new Promise((resolve) => (go = resolve));
      return () => ((stalled = null), go());
    },
    queue: new SendQueue("t".repeat(32), { put, cancelPut }, { fetch: fetch as never, pause: 1 }),
  };
}
const file = (name: string, text: string) => new File([text], name);
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const states = (queue: SendQueue) => queue.items.map(({ name, state, outcome }) => `${name} ${state} ${outcome}`);

describe("files dropped on a shell", () => {
  it("go one after the other, empty ones too", async () => {
    const { queue, files } = jail();
    queue.add([file("a", "one"), file("b", ""), file("c", "x".repeat(3_000_000))], "/root");
    await until(() => queue.items.every(({ state }) => state === "done"));
    expect([String(files.get("a")), files.get("b")!.length, files.get("c")!.length]).toEqual(["one", 0, 3_000_000]);
  });

  it("wait for a person when a name is taken, and the others wait with them", async () => {
    const { queue, files, asked } = jail();
    for (const name of ["a", "b", "c"]) files.set(name, Buffer.from("old"));
    queue.add([file("a", "new"), file("b", "new"), file("c", "new"), file("d", "new")], "/root");
    await until(() => queue.items[0]!.state === "asking");
    expect(files.has("d")).toBe(false);
    queue.answer(null, false);
    await until(() => queue.items[1]!.state === "asking");
    queue.answer("keep", true);
    await until(() => queue.items.every(({ state }) => state === "done" || state === "cancelled"));
    expect(states(queue)).toEqual(["a cancelled null", "b done b (2)", "c done c (2)", "d done d"]);
    expect([String(files.get("a")), String(files.get("b")), String(files.get("b (2)"))]).toEqual(["old", "old", "new"]);
    expect(asked).not.toContain("replace");
  });

  it("get the answer for all only if they were there when it was given", async () => {
    const { queue, files, stall } = jail();
    for (const name of ["a", "b", "later"]) files.set(name, Buffer.from("old"));
    queue.add([file("a", "new"), file("b", "new")], "/root");
    await until(() => queue.items[0]!.state === "asking");
    const go = stall();
    queue.answer("replace", true);
    await until(() => queue.items[0]!.state === "sending");
    queue.add([file("later", "new")], "/etc");
    go();
    await until(() => !["waiting", "sending"].includes(queue.items[2]!.state));
    expect(states(queue)).toEqual(["a done a", "b done b", "later asking null"]);
    expect(String(files.get("later"))).toBe("old");
    queue.answer(null, false);
    await until(() => queue.items[2]!.state === "cancelled");
  });

  it("are given up while they go and while they wait; what fails does not hold the rest", async () => {
    const { queue, files, state, stall } = jail();
    const go = stall();
    queue.add([file("a", "one"), file("b", "two"), file("huge", "x"), file("c", "three")], "/root");
    await until(() => queue.items[0]!.state === "sending");
    queue.cancel(queue.items[1]!.id);
    await new Promise((resolve) => setTimeout(resolve, 20));
    queue.cancel(queue.items[0]!.id);
    await until(() => queue.items[0]!.state === "cancelled");
    go();
    await until(() => queue.items[3]!.state === "done");
    expect(states(queue)).toEqual(["a cancelled null", "b cancelled null", "huge failed no room", "c done c"]);
    expect(state.cancelled.length).toBe(1);
    expect([...files.keys()]).toEqual(["c"]);
    queue.clear();
    expect(queue.items).toEqual([]);
  });
});
