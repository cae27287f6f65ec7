import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import { JailName } from "../../contract/names.ts";
import type { Daemon } from "../daemon.ts";
import type { Holder } from "../jobs/locks.ts";
import { findJail, type OwnedJail } from "./find-jail.ts";
import { readSetUp, type SetUp } from "./set-up.ts";

export type LockedJail = {
  holder: Holder;
  release(): void;
  /** Runs what follows and releases the locks if that throws; a job that has begun releases them itself. */
  orRelease<T>(then: (found: { jail: OwnedJail; setUp: SetUp }) => Promise<T>): Promise<T>;
};

/**
 * Takes a jail's lock before anything is read, so that of two callers one is told "busy" at once, then finds the jail.
 * @throws KnastError busy, and what findJail throws
 */
export async function lockJail(daemon: Daemon, ref: JailRef, verb: string): Promise<LockedJail> {
  const holder: Holder = { verb, job: null };
  const releaseJail = daemon.locks.take(holder, [`jail:${JailName.parse(ref.name)}`]);
  let releaseMore = () => {};
  const release = () => {
    releaseMore();
    releaseJail();
  };
  return {
    holder,
    release,
    async orRelease(then) {
      try {
        const jail = await findJail(daemon, ref);
        if (jail.problem && verb !== "jail.destroy") throw new KnastError("config_invalid", { message: jail.problem });
        const setUp = await readSetUp(jail);
        const keys = new Set(setUp.addresses.map((one) => `address:${one.address}`)).add(`tree:${setUp.path}`);
        releaseMore = daemon.locks.take(holder, [...keys]);
        return await then({ jail, setUp });
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}
