import { attach } from "./shell.mjs";
import { claim, ok } from "./tap.mjs";

const ref = (jail) => ({ name: jail.name, id: jail.id });

/** A process of a jail is found, told to end, and is gone; a number of nobody's is refused. */
export async function signals(daemon, socket, jail) {
  const sleepers = async () =>
    (await daemon.call("jail.processes", ref(jail))).processes.filter((one) => one.command.includes("4711"));
  await claim("jail.signal ends a process of the jail", async () => {
    const { terminal } = await daemon.call("terminal.open", { ...ref(jail), cols: 80, rows: 24 });
    const shell = await attach(socket, terminal);
    await shell.says("/bin/sleep 4711 & echo beg'un'", "begun");
    const [one] = await sleepers();
    ok(one, "it is not among the processes");
    await daemon.call("jail.signal", { ...ref(jail), pid: one.pid, signal: "TERM" });
    await shell.says("wait; echo go'ne'", "gone");
    ok((await sleepers()).length === 0, "it is still there");
    await daemon.call("terminal.close", { terminal });
  });
  await claim("a signal to a number that no process of the jail bears is refused", async () => {
    const error = await daemon
      .call("jail.signal", { ...ref(jail), pid: 99_999_999, signal: "TERM" })
      .catch((reason) => reason);
    ok(error.code === "not_found", error.message ?? "it went through");
  });
}
