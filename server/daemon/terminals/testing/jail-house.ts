import { join } from "node:path";
import { expect } from "vitest";
import { startDevHost } from "../../../devjail/fixture.ts";
import { installBase, makeJail } from "../../../devjail/testing/jails.ts";
import { createRunner } from "../../host/run.ts";
import { openShellHouse } from "./shell-house.ts";

/** A devjail host of its own with a running jail, and the shells of that; close() ends all of it. @param address the last number of the jail's */
export async function openJailHouse(name: string, address: number) {
  const host = await startDevHost();
  installBase(host);
  const made = makeJail(host, name, address);
  expect(host.run("jail", ["-f", made.config, "-c", name])).toMatchObject({ status: 0 });
  const house = await openShellHouse({
    jexec: join(host.bin, "jexec"),
    run: createRunner([host.bin]),
    shellFor: async () => ({ path: "/bin/csh", note: null }),
    limits: { perActor: 50, perJail: 50, killAfter: 300 },
  });
  return {
    host,
    house,
    jail: { name, jid: Number(host.run("jls", ["-j", name, "jid"]).stdout) },
    async close() {
      await house.close();
      await host.stop();
    },
  };
}
