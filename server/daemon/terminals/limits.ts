/** Shells and viewers; the times are milliseconds. */
export const LIMITS = {
  total: 200,
  perActor: 10,
  /** of all persons together: more than one of them may have, lest he shuts out the others */
  perJail: 20,
  viewers: 4,
  /** without a key and without output */
  idleAfter: 24 * 3600_000,
  /** 0: for ever */
  longest: 7 * 24 * 3600_000,
  warnBefore: 10 * 60_000,
  /** who types and whose connection broke may hold the program; and who acknowledges nothing while another one could go on */
  graceFor: 10_000,
  patience: 2000,
  /** a viewer may hold what an ended shell has printed */
  drainFor: 60_000,
  /** a person who comes back to his own shell later than this is put on record */
  awayFor: 10 * 60_000,
  killAfter: 5000,
  /** for so long the last screen of one that is over is kept, of so many; and for so long how it ended, of so many */
  keepEnded: 60_000,
  endedScreens: 20,
  keepEnds: 24 * 3600_000,
  ends: 500,
  pingEvery: 30_000,
  /** whose keys the tty does not take is not read for so long; then it has to come again */
  blockedFor: 60_000,
};
