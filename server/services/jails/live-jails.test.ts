import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { jail } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { liveJails } from "./live-jails.ts";

let panel: TestPanel;
beforeEach(async () => {
  panel = await testPanel();
});
afterEach(() => panel.stop());

it("has a number of places for each account, which come back", async () => {
  const anna = await panel.actor("anna", "admin");
  const olaf = await panel.actor("olaf");
  panel.daemon.jails.push(jail("web"));
  const told = vi.fn();
  const open = Array.from({ length: 32 }, () => liveJails(anna)(told));
  expect(() => liveJails(anna)).toThrow(expect.objectContaining({ code: "too_many" }));
  open.push(liveJails(olaf)(() => {}));
  await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(32), { timeout: 20_000 });
  expect(told.mock.lastCall).toMatchObject([{ rows: [{ name: "web" }] }]);
  open.shift()!();
  liveJails(anna)(told)();
  liveJails(anna)(told)();
  for (const close of open) close();
});
