// Reads the streams that run beside a measurement, in a process of its own, so that the one who measures is not busy with them.
import { openShell } from "./client.mjs";

const shells = [];
process.on("message", async ({ url, kind, line, stop }) => {
  if (stop) {
    for (const shell of shells.splice(0)) shell.close();
    return process.send("stopped");
  }
  const shell = await openShell(url, { kind });
  shells.push(shell);
  shell.type("exec /bin/sh\r");
  await new Promise((resolve) => setTimeout(resolve, 300));
  const seen = shell.see("re-ady");
  shell.type("PS1=; stty -echo; echo re'-'ady\r");
  await seen;
  shell.type(`${line}\r`);
  process.send("begun");
});
process.on("disconnect", () => process.exit());
