import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect } from "vitest";
import { bring, stateOf } from "../../jails/testing/kill-rows.ts";
import type { TestHost } from "../../testing/dev-host.ts";
import { type KillRow, killRow } from "../../testing/kill-matrix.ts";
import { poll } from "../../testing/poll.ts";

const ARRIVED = "arrived";
const as = (host: TestHost) => ({ name: ARRIVED, hostname: "arrived.example.org", ip4: [host.address(41)] });
const archives = async (host: TestHost) =>
  (await host.client.call("archive.list", {})).archives.filter((one) => one.manifest?.name === "victim");

/** One piece of an upload. @returns false when it broke off, as one does that takes a slow machine longer than knastd waits, or is held still */
const sendPiece = (host: TestHost, path: string, bytes: Buffer): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const sent = request({ socketPath: host.socket, method: "PUT", path, agent: false });
    sent.once("response", (response) => {
      const { statusCode } = response;
      response.resume().once("end", () => {
        if ([200, 408, 409].includes(statusCode!)) resolve(statusCode === 200);
        else reject(new Error(`upload: ${statusCode}`));
      });
    });
    sent.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "EPIPE" || error.code === "ECONNRESET" ? resolve(false) : reject(error),
    );
    sent.end(bytes);
  });

/** @returns the id of an upload that holds an archive of the jail; goes on where a piece broke off, as every sender does */
async function upload(host: TestHost): Promise<string> {
  const bytes = readFileSync(join(host.host.jails, ".archives", await archive(host)));
  const { upload: id } = await host.client.call("upload.open", { bytes: bytes.length });
  await poll("the upload is whole", async () => {
    const { received } = await host.client.call("upload.show", { upload: id });
    return sendPiece(host, `/v1/uploads/${id}?offset=${received}`, bytes.subarray(received));
  });
  return id;
}

/** @returns the name of an archive of the jail, which is made when there is none */
async function archive(host: TestHost): Promise<string> {
  const [first] = await archives(host);
  if (first) return first.archive;
  await bring(host, "stopped");
  await host.client.done("archive.create", { name: "victim" });
  return (await archives(host))[0]!.archive;
}

async function nobodyArrived(host: TestHost): Promise<void> {
  if (await stateOf(host, ARRIVED)) await bring(host, "gone", host.spec(ARRIVED, 41));
}
const arrived = async (host: TestHost) => {
  expect(await stateOf(host, ARRIVED)).toBe("stopped");
  expect(existsSync(join(host.host.jails, ARRIVED, "etc/rc.conf"))).toBe(true);
  await nobodyArrived(host);
};

const sets = async (host: TestHost) => (await host.client.call("host.sets", {})).sets;

/** One jail, one archive of it, one set that names it; everything that earlier points have kept is gone. */
async function oneSet(host: TestHost): Promise<void> {
  await bring(host, "stopped");
  for (const one of await archives(host)) await host.client.call("archive.remove", { archive: one.archive });
  for (const { set } of await sets(host)) await host.client.call("host.forget-set", { set });
}

export const ARCHIVE_KILL_ROWS: KillRow[] = [
  killRow({
    verb: "host.archive",
    arrange: oneSet,
    input: () => ({}),
    goal: async (host) => {
      const [newest] = await sets(host);
      expect(newest).toMatchObject({ missing: [] });
      expect(newest!.jails.every((one) => one.archive !== null)).toBe(true);
    },
  }),
  killRow({
    verb: "host.restore",
    arrange: async (host) => {
      // A restore leaves the set as it is.
      const [newest] = await sets(host);
      if (!newest || newest.missing.length > 0 || !newest.jails.some((one) => one.archive && one.name === "victim")) {
        await oneSet(host);
        await host.client.done("host.archive", {});
      }
      await bring(host, "gone");
    },
    input: async (host) => ({ set: (await sets(host))[0]!.set }),
    goal: async (host) => expect(await stateOf(host)).toBe("stopped"),
  }),
  killRow({
    verb: "archive.create",
    arrange: async (host) => {
      await bring(host, "stopped");
      for (const one of await archives(host)) await host.client.call("archive.remove", { archive: one.archive });
    },
    input: () => ({ name: "victim" }),
    goal: async (host) => {
      for (const one of await archives(host)) await host.client.done("archive.verify", { archive: one.archive });
      expect((await archives(host)).length).toBeGreaterThan(0);
    },
  }),
  killRow({
    verb: "archive.verify",
    arrange: (host) => archive(host).then(() => {}),
    input: async (host) => ({ archive: await archive(host) }),
  }),
  killRow({
    verb: "archive.restore",
    arrange: nobodyArrived,
    input: async (host) => ({ archive: await archive(host), as: as(host) }),
    reached: ["exists"],
    goal: arrived,
  }),
  killRow({
    verb: "archive.import",
    arrange: (host) => archive(host).then(() => {}),
    input: async (host) => ({ upload: await upload(host) }),
    // Taken in already, the upload is gone.
    reached: ["not_found"],
    goal: async (host) => {
      const all = await archives(host);
      for (const one of all) await host.client.done("archive.verify", { archive: one.archive });
      for (const one of all.slice(1)) await host.client.call("archive.remove", { archive: one.archive });
    },
  }),
  killRow({
    verb: "jail.clone",
    arrange: async (host) => {
      await nobodyArrived(host);
      await bring(host, "stopped");
    },
    input: (host) => ({ name: "victim", as: as(host) }),
    reached: ["exists"],
    goal: arrived,
  }),
];
