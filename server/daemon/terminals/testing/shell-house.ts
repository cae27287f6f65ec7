import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attachQuery } from "../../../contract/terminal-path.ts";
import { handoverPath, nativeHandover } from "../../../handover/native.ts";
import { createTaker } from "../../../handover/take.ts";
import { createRunner } from "../../host/run.ts";
import { createTerminals, type TerminalsOptions } from "../terminals.ts";
import { ViewerClient } from "./viewer-client.ts";

const JEXEC = `#!/bin/sh
# jexec -l JID SHELL without the jail
shift 2
PS1='$ ' exec "$@"
`;
const PKILL = `#!/bin/sh
# pkill -SIG -j JID -s SIDS without the jail
exec /usr/bin/pkill "$1" -s "$5"
`;
const PGREP = `#!/bin/sh
# pgrep -j JID -t TTYS without the jail
exec /usr/bin/pgrep -t "$4"
`;

/** The terminals behind a Unix socket, with stand-ins that enter no jail: for what does not depend on one. */
export async function openShellHouse(options: Partial<TerminalsOptions> = {}) {
  const dir = mkdtempSync(join(tmpdir(), "terminals-"));
  for (const [name, text] of [
    ["jexec", JEXEC],
    ["pkill", PKILL],
    ["pgrep", PGREP],
  ] as const) {
    writeFileSync(join(dir, name), text);
    chmodSync(join(dir, name), 0o755);
  }
  const events: { event: string; [field: string]: unknown }[] = [];
  const terminals = createTerminals({
    jexec: join(dir, "jexec"),
    shellFor: async () => ({ path: "/bin/sh", note: null }),
    run: createRunner([dir]),
    log: (event, fields) => events.push({ event, ...fields }),
    ...options,
  });
  const server = createServer((_req, res) => res.end());
  server.on("upgrade", (req, socket, head) => terminals.handleUpgrade(req, socket, head));
  const socketPath = join(dir, "sock");
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const taker = createTaker(nativeHandover()!, server);
  await new Promise<void>((resolve) => taker.listen(handoverPath(socketPath), resolve));
  const url = (terminal: string, from: number | null = null, typist: string | null = null) =>
    `ws+unix:${socketPath}:/v1/terminals/${terminal}${attachQuery({ from, typist })}`;
  return {
    dir,
    terminals,
    socketPath,
    events,
    url,
    open: (actor = "anna", jail = { name: "test", jid: 1 }) => terminals.open(jail, actor, { cols: 80, rows: 24 }),
    view: (terminal: string, from?: number, typist?: string) => new ViewerClient(url(terminal, from, typist)),
    /** as an account of the panel, under a name of this viewer's own unless it is null */
    viewAs: (who: string, terminal: string, typist: string | null = randomBytes(16).toString("hex")) =>
      new ViewerClient(url(terminal, null, typist), { headers: { "knast-actor": who } }),
    async close() {
      await terminals.shutdown();
      taker.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
