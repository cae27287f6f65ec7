import { createServer, type Server as NetServer, type Socket } from "node:net";
import ssh2, { type ServerConfig } from "ssh2";
import type { SshGatewaySettings, SshGatewayState } from "../../contract/ssh.ts";
import type { GatewayHook } from "../../services/ssh/gateway-hook.ts";
import { makeHostKey } from "../../services/ssh/host-key.ts";
import { readSetting } from "../../services/panel-settings/panel-setting.ts";
import { Connection, type Place } from "./connection.ts";
import { Guest } from "./guest.ts";
import { type Seat, Seats } from "./seats.ts";

/** How long somebody may take to say who he is. */
const GRACE_MS = 30_000;
/** An address may come up later than the panel does. */
const AGAIN_MS = 30_000;

/** What OpenSSH has offered for years: no SHA-1, no CBC, nothing that is not authenticated. */
const ALGORITHMS: ServerConfig["algorithms"] = {
  kex: ["curve25519-sha256", "curve25519-sha256@libssh.org"],
  serverHostKey: ["ssh-ed25519"],
  cipher: ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com"],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"],
  compress: ["none"],
};

const FAILURES: Record<string, string> = {
  EADDRINUSE: "Something else listens there already.",
  EADDRNOTAVAIL: "The host does not have this address.",
  EACCES: "The panel may not listen there: ports below 1024 are root's.",
};

/** The listener of ssh: off until the admin's setting says otherwise, and as it says from then on. */
export class SshGateway implements GatewayHook {
  readonly #place: Place;
  readonly #seats = new Seats();
  readonly #sockets = new Set<Socket>();
  #server: NetServer | null = null;
  #at = "";
  #failure: string | null = null;
  #again: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(place: Place) {
    this.#place = place;
  }

  state(): SshGatewayState {
    if (this.#server) return { state: "listening", connections: this.#seats.size };
    return this.#failure === null ? { state: "off" } : { state: "failed", why: this.#failure };
  }

  /** Does what the setting says; one change after the other. */
  apply(): Promise<void> {
    const mine = this.#turn.then(async () => this.#become(await readSetting("ssh-gateway")));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Ends the listener and everybody's line; shells go on. */
  async close(): Promise<void> {
    clearTimeout(this.#again);
    const server = this.#server;
    this.#server = null;
    this.#at = "";
    this.#failure = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #become({ on, address, port }: SshGatewaySettings): Promise<void> {
    const at = `${address} ${port}`;
    if (on && this.#server && this.#at === at) return;
    await this.close();
    if (!on) return;
    try {
      this.#server = await this.#listen(address, port);
      this.#at = at;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      this.#failure = FAILURES[code ?? ""] ?? message;
      this.#again = setTimeout(() => void this.apply().catch(() => {}), AGAIN_MS);
      this.#again.unref();
    }
  }

  #listen(address: string, port: number): Promise<NetServer> {
    const guests = new Map<string, { guest: Guest; seat: Seat }>();
    const ssh = new ssh2.Server({
      hostKeys: [makeHostKey().private],
      ident: "KnastHorst",
      algorithms: ALGORITHMS,
      keepaliveInterval: 15_000,
      keepaliveCountMax: 3,
    } as ServerConfig);
    ssh.on("connection", (client, { ip, port: from }) => {
      client.on("error", () => {}); // Connection looks at it; without a listener it would end the process
      const known = guests.get(`${ip} ${from}`);
      if (!known) return void client.end();
      new Connection(client, known.guest, known.seat, this.#place);
    });
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      const seat = this.#seats.take(socket.remoteAddress ?? "");
      if (!seat) return void socket.destroy();
      const name = `${socket.remoteAddress} ${socket.remotePort}`;
      const guest = new Guest(socket, GRACE_MS);
      guests.set(name, { guest, seat });
      this.#sockets.add(socket);
      guest.onClose(() => {
        seat.leave();
        guests.delete(name);
        this.#sockets.delete(socket);
      });
      socket.setMaxListeners(50);
      ssh.injectSocket(socket);
      guest.guard();
    });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: address, port, ipv6Only: false }, () => {
        server.off("error", reject);
        server.on("error", (error) => console.error("ssh", error));
        resolve(server);
      });
    });
  }
}
