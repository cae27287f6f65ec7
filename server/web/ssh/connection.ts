import type { AuthContext, Connection as Client, PublicKeyAuthContext, ServerChannel, Session } from "ssh2";
import { parseSshUser, type SshTarget } from "../../contract/ssh.ts";
import { ShellCommand, TermName } from "../../contract/terminal.ts";
import { cameBy } from "../../services/accounts/still-actor.ts";
import { type Ctx, newRequestId } from "../../services/context.ts";
import { admitByKey } from "../../services/ssh/admit-by-key.ts";
import { noteLeave } from "../../services/ssh/note-leave.ts";
import { whoByKey } from "../../services/ssh/ssh-key-actor.ts";
import type { Start } from "../../services/terminals/open-terminal.ts";
import type { Pass, Splices } from "../splice.ts";
import { isGoodSignature, isUsableKey } from "./signature.ts";
import type { Guest } from "./guest.ts";
import type { Seat } from "./seats.ts";
import { Shell, type Size } from "./shell.ts";
import { WORDS } from "./words.ts";

/** Signatures that may be wrong, and keys that may be asked about, before the connection ends. */
const TRIES = 6;
const QUESTIONS = 20;
/** Shells over one connection. */
const SHELLS = 6;
/** How long one may stay without a shell. */
const IDLE_MS = 60_000;
/** ssh2 divides output by what the client says of itself: zero would never end, little costs a packet each. */
const LEAST_PACKET = 1024;
const KEYS: Record<string, Buffer> = { INT: Buffer.from([3]), QUIT: Buffer.from([28]), TSTP: Buffer.from([26]) };

/** These end a command; a shell that others may look at too goes on. */
const ENDING = new Set(["HUP", "TERM", "KILL"]);

export type Place = { socketPath: string; splices: Splices };

/** One connection of ssh, from the question who it is to its end. */
export class Connection {
  readonly #client: Client;
  readonly #guest: Guest;
  readonly #seat: Seat;
  readonly #place: Place;
  readonly #shells = new Set<Shell>();
  #target: SshTarget | null = null;
  #key = "";
  #wrong = 0;
  #asked = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(client: Client, guest: Guest, seat: Seat, place: Place) {
    this.#client = client;
    this.#guest = guest;
    this.#seat = seat;
    this.#place = place;
    guest.held = () => [...this.#shells].reduce((sum, shell) => sum + shell.held, 0);
    guest.onClose(() => {
      clearTimeout(this.#idle);
      for (const shell of this.#shells) shell.leave();
    });
    client.on("authentication", (asks) => {
      this.#authenticate(asks).catch((error: unknown) => {
        console.error("ssh", error);
        guest.cut();
      });
    });
    client.on("session", (accept, reject) => {
      if (this.#full) return reject();
      this.#session(accept());
    });
    client.on("error", (error: Error & { level?: string }) => {
      // Who does not answer for a minute, or is told that he speaks no ssh, would be waited for as long as TCP does.
      if (error.level === "client-timeout") guest.cut();
      else setTimeout(() => guest.cut(), 1000).unref();
    });
  }

  /** Asked with each session, and with each shell: many sessions may come before the first shell. */
  get #full(): boolean {
    return this.#shells.size >= SHELLS;
  }

  async #authenticate(asks: AuthContext): Promise<void> {
    if (asks.method !== "publickey") {
      if (asks.method !== "none") this.#wrong++;
      return this.#reject(asks);
    }
    if (!asks.signature) {
      // Every key that can be checked is asked to sign: whether it is somebody's is told to its holder alone.
      if (++this.#asked > QUESTIONS || !isUsableKey(asks)) return this.#reject(asks);
      return asks.accept();
    }
    const target = parseSshUser(asks.username);
    const who = await admitByKey({ ...proved(asks), jail: target?.jail ?? null, source: this.#guest.source });
    if (this.#guest.gone) return;
    // The account's seats are asked for last: who is refused holds none.
    if (!who || !target || !this.#seat.known(who.actor.id)) {
      this.#wrong++;
      return this.#reject(asks);
    }
    this.#guest.known();
    this.#target = target;
    this.#key = who.actor.sshKey ?? "";
    this.#rest();
    asks.accept();
  }

  #reject(asks: AuthContext): void {
    if (this.#guest.gone) return;
    asks.reject(["publickey"]);
    if (this.#wrong >= TRIES || this.#asked > QUESTIONS) this.#client.end();
  }

  /** Without a shell nobody stays for long. */
  #rest(): void {
    clearTimeout(this.#idle);
    if (this.#shells.size > 0 || this.#guest.gone) return;
    this.#idle = setTimeout(() => this.#guest.cut(), IDLE_MS);
  }

  #session(session: Session): void {
    let size: Size | null = null;
    let term: string | undefined;
    let shell: Shell | null = null;
    session.on("pty", (accept, _reject, pty) => {
      size = sizeOf(pty.cols, pty.rows);
      // ssh2's types don't know what its protocol reads.
      term = TermName.safeParse((pty as unknown as { term?: unknown }).term).data;
      accept?.();
    });
    session.on("window-change", (accept, _reject, { cols, rows }) => {
      size = sizeOf(cols, rows);
      shell?.resize(size);
      accept?.();
    });
    session.on("signal", (accept, reject, { name }) => {
      const key = KEYS[name];
      if (key) shell?.type(key);
      else if (!ENDING.has(name) || !shell?.end()) return void reject?.();
      accept?.();
    });
    session.on("shell", (accept, reject) => {
      if (shell || this.#full) return void reject?.();
      shell = this.#shell(accept(), size ?? sizeOf(0, 0));
      if (size === null) shell?.refuse(WORDS.noTerminal);
      else if (shell) void this.#open(shell, term === undefined ? {} : { term });
    });
    // The channel itself closes only once what it holds was read.
    session.on("close", () => shell && this.#forget(shell));
    session.on("exec", (accept, reject, { command }) => {
      if (shell || this.#full) return void reject?.();
      shell = this.#shell(accept(), size ?? sizeOf(0, 0));
      const text = ShellCommand.shape.text.safeParse(command).data;
      if (text === undefined) return shell?.refuse(WORDS.badCommand);
      if (this.#target?.which.kind !== "new") return shell?.refuse(WORDS.newOnly);
      const on = size === null ? { term: "dumb" } : term === undefined ? {} : { term };
      if (shell) void this.#open(shell, { ...on, command: { text, plain: size === null } });
    });
  }

  #shell(channel: ServerChannel, size: Size): Shell | null {
    const { packetSize } = (channel as unknown as { outgoing: { packetSize: number } }).outgoing;
    if (packetSize < LEAST_PACKET) {
      this.#guest.cut();
      return null;
    }
    const shell = new Shell(channel, this.#guest, size);
    this.#shells.add(shell);
    this.#rest();
    channel.once("close", () => this.#forget(shell));
    return shell;
  }

  #forget(shell: Shell): void {
    shell.leave();
    if (this.#shells.delete(shell)) this.#rest();
  }

  async #open(shell: Shell, start: Start): Promise<void> {
    try {
      // The sign-in may be long ago: who he is now decides.
      const who = await whoByKey(this.#key, this.#guest.source);
      if (!who) return this.#end();
      // Nobody is watched and nothing is opened for one who left meanwhile.
      if (shell.gone || this.#guest.gone) return;
      if (who.settling) return shell.refuse(WORDS.settle);
      const { actor } = who;
      const ctx: Ctx = { actor, source: this.#guest.source, origin: "", requestId: newRequestId() };
      const whose = { accountId: actor.id, sessionKey: cameBy(actor), actor: actor.name };
      const pass: Pass = { ...whose, jail: this.#target!.jail, as: null };
      const unwatch = this.#place.splices.watch({
        pass,
        takeUsed: () => shell.takeUsed(),
        close: () => this.#end(),
      });
      const leave = () => {
        unwatch();
        noteLeave(ctx, pass.jail);
      };
      shell.onLeave(leave);
      pass.as = await shell.begin(ctx, this.#target!, this.#place.socketPath, start);
    } catch (error) {
      console.error("ssh", error);
      shell.refuse(WORDS.failed);
    }
  }

  /** His access has ended. */
  #end(): void {
    for (const shell of this.#shells) shell.cut();
    this.#client.end();
    // The last words may go out, no more.
    setTimeout(() => this.#guest.cut(), 500);
  }
}

const proved = (asks: PublicKeyAuthContext) => ({ blob: isGoodSignature(asks) ? asks.key.data : null });

/** Who says no size has 80 columns of 24 lines. */
const sizeOf = (cols: number, rows: number): Size =>
  cols > 0 && rows > 0
    ? { cols: Math.min(Math.max(cols, 2), 1000), rows: Math.min(Math.max(rows, 1), 1000) }
    : { cols: 80, rows: 24 };
