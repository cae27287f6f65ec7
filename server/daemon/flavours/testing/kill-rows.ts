import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";
import type { TestHost } from "../../testing/dev-host.ts";

const flavour = (title: string) => ({
  name: "killed",
  title,
  description: "",
  files: [{ path: "/etc/motd", mode: 0o644, text: title }],
  settings: {},
  firstBoot: "",
});
const titleNow = async (host: TestHost) =>
  (await host.client.call("flavour.show", { name: "killed" })).flavour.files[0]!.text;

export const FLAVOUR_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "flavour.save",
    arrange: (host) => host.client.done("flavour.save", { flavour: flavour("old") }).then(() => {}),
    input: () => ({ flavour: flavour("new") }),
    holds: async (host) => {
      if (existsSync(join(host.host.jails, "flavours/killed"))) expect(["old", "new"]).toContain(await titleNow(host));
    },
    goal: async (host) => expect(await titleNow(host)).toBe("new"),
  }),
];
