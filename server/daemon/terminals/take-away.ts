/** A shell as pkill(1) knows it: the jail, the pid that leads its session, its terminal like pts/3. */
export type Target = { jail: { jid: number }; pid: number; tty: string };

export type RunProgram = (
  program: string,
  args: readonly string[],
  options: { deadline: number; cap?: number },
) => Promise<{ status: number | null; stdout: string }>;

const DEADLINE = 5000;
/** A pkill(1) that has not ended in time is tried again: on a crowded host nobody's processes may outlive his right to them. */
const TRIES = 3;

/**
 * Names all that belongs to shells of one jail, as long as their terminals are open: pids on a terminal, among which is
 * the leader of the session there. By session they can be found later; a terminal's name goes to the next shell at once.
 * @returns numbers for pkill -s
 */
export async function sessionsOf(run: RunProgram, targets: readonly Target[]): Promise<string[]> {
  const own = targets.map(({ pid }) => String(pid));
  const ttys = targets.map(({ tty }) => tty).join(",");
  const { stdout } = await run("pgrep", ["-j", String(targets[0]!.jail.jid), "-t", ttys], { deadline: DEADLINE });
  return [...new Set([...own, ...(stdout.match(/^[1-9][0-9]{0,8}$/gm) ?? [])])];
}

/** Signals all processes of these sessions that are in the jail (pkill(1), all conditions must hold). Throws Error when it did not end in time. */
export async function signalSessions(
  run: RunProgram,
  signal: "HUP" | "KILL",
  jid: number,
  sessions: readonly string[],
): Promise<void> {
  for (let i = 0; i < TRIES; i++) {
    const args = [`-${signal}`, "-j", String(jid), "-s", sessions.join(",")];
    if ((await run("pkill", args, { deadline: DEADLINE })).status !== null) return;
  }
  throw new Error(`pkill -${signal} did not end in ${DEADLINE} ms, ${TRIES} times`);
}
