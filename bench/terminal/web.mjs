// knast-web's part of a key's way: its upgrade listener and the handover, in a process of its own. Everybody is let in.
import { createServer } from "node:http";
import { ACTOR } from "../acceptance/daemon.mjs";

const [bundle, socketPath] = process.argv.slice(2);
const { attachUpgrades } = await import(bundle);
const server = createServer((_, response) => response.end());
attachUpgrades(server, {
  authorize: async () => ({ ok: true, accountId: "bench", jail: "bench", as: null, sessionKey: "bench", actor: ACTOR }),
  socketPath,
  allowedOrigins: () => ["http://bench"],
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
