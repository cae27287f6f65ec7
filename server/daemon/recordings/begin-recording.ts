import { KnastError } from "../../contract/errors.ts";
import { MAX_RECORDING_BYTES, MAX_RECORDINGS } from "../../contract/recording.ts";
import { makeArchivesDirectory } from "../archives/store.ts";
import type { Daemon } from "../daemon.ts";
import { removeFile } from "../host/disk.ts";
import type { Session } from "../terminals/session.ts";
import { castHeader } from "./cast.ts";
import { type Bounds, CastRecorder } from "./recorder.ts";
import { recordingFile, recordingName, recordingNames } from "./store.ts";

const USUAL: Bounds = {
  most: MAX_RECORDING_BYTES,
  floor: 512 * 1024 ** 2,
  waiting: 8 * 1024 ** 2,
  every: 250,
};

/**
 * Writes down what a shell prints from now on, into the archives of its jail.
 * @param bounds other ones, for tests
 * @returns the recording's name, also of one that goes on already; throws KnastError too_many, disk_full
 */
export function beginRecording(
  daemon: Pick<Daemon, "paths" | "log">,
  session: Session,
  bounds: Partial<Bounds> = {},
): Promise<string> {
  if (session.tape.isOn) return Promise.resolve(session.tape.name!);
  const begun = beginning.get(session) ?? begin(daemon, session, bounds).finally(() => beginning.delete(session));
  beginning.set(session, begun);
  return begun;
}

/** Two windows may ask at once: both get the one recording. */
const beginning = new WeakMap<Session, Promise<string>>();

async function begin(
  daemon: Pick<Daemon, "paths" | "log">,
  session: Session,
  bounds: Partial<Bounds>,
): Promise<string> {
  const { name: jail, id } = session.jail;
  await makeArchivesDirectory(daemon);
  const his = (await recordingNames(daemon)).filter((one) => one.startsWith(`${jail}-`));
  if (his.length >= MAX_RECORDINGS)
    throw new KnastError("too_many", { message: `There are ${his.length} recordings of this jail. Remove one first.` });
  const { cols, rows, actor } = session.info();
  // Two of one second: the second one is named after the next.
  let at = Date.now();
  while (his.includes(recordingName(jail, session.id, new Date(at)))) at += 1000;
  const name = recordingName(jail, session.id, new Date(at));
  const recorder = await CastRecorder.begin({
    path: recordingFile(daemon, name),
    name,
    header: castHeader({
      version: 2,
      width: cols,
      height: rows,
      timestamp: Math.floor(at / 1000),
      knast: { jail, id: id ?? null, by: actor },
    }),
    bounds: { ...USUAL, ...bounds },
  });
  if (!session.alive) {
    await recorder.stop("failed");
    await removeFile(recordingFile(daemon, name));
    throw new KnastError("not_found");
  }
  session.tape.begin(recorder);
  return name;
}
