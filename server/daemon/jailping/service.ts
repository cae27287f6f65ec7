import { mayPing, PingRates } from "../conf/jailping.ts";
import type { Daemon } from "../daemon.ts";
import { type Forked, forkSelf } from "../host/fork.ts";
import { FromChild, type ToChild } from "./child.ts";

/** Four pings a second apart; one that never comes is waited for until this. */
const DEADLINE = 15_000;
const AGAIN = 60_000;
const TOO_MUCH = "jailping: too many at once or within a minute, try again later\r\n";

/** Keeps the child that answers jails; decides who is answered and pings for it. */
export class Jailping {
  #child: Forked | null = null;
  #address: string | null = null;
  #listening = false;
  #retry: NodeJS.Timeout | null = null;
  readonly #rates = new PingRates();
  /** by connection: where it comes from, and the place that it holds */
  readonly #held = new Map<number, { source: string; release: (() => void) | null }>();

  constructor(private readonly daemon: () => Pick<Daemon, "run" | "view" | "log">) {}

  get listening(): boolean {
    return this.#listening;
  }

  /** Listens at another address of the host, or with null nowhere. */
  use(address: string | null): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    this.#address = address;
    const old = this.#child;
    this.#child = null;
    this.#listening = false;
    this.#held.clear();
    old?.stop();
    if (address !== null) this.#start(address);
  }

  #start(address: string): void {
    const child = forkSelf(
      "jailping",
      [address],
      (message) => void this.#hear(child, message),
      () => this.#gone(child, address),
    );
    this.#child = child;
  }

  #gone(child: Forked, address: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#listening = false;
    this.#held.clear();
    this.daemon().log.error("jailping ended", "the port is taken, or it could not become nobody", { address });
    this.#retry = setTimeout(() => this.#address === address && this.#start(address), AGAIN);
    this.#retry.unref();
  }

  async #hear(child: Forked, message: unknown): Promise<void> {
    const parsed = FromChild.safeParse(message);
    if (!parsed.success || this.#child !== child) return;
    const asked = parsed.data;
    if (asked.ask === "listening") {
      this.#listening = true;
      return;
    }
    if (asked.ask === "over") {
      this.#held.get(asked.id)?.release?.();
      this.#held.delete(asked.id);
      return;
    }
    const answer = await (
      asked.ask === "may" ? this.#may(asked.id, asked.source) : this.#ping(asked.id, asked.address)
    ).catch((error: unknown): Omit<ToChild, "id"> => {
      this.daemon().log.error("jailping failed", error);
      return { text: "jailping: the host could not ping\r\n" };
    });
    child.send({ id: asked.id, ...answer });
  }

  /** Running jails are answered, nobody else. */
  async #may(id: number, source: string): Promise<Omit<ToChild, "id">> {
    const { view } = this.daemon();
    const [running, configured] = await Promise.all([view.running(), view.configured()]);
    const up = new Set(running.filter((one) => !one.dying).map((one) => one.name));
    // jls shows no address of a vnet jail; its config has it.
    const may = [...running.filter((one) => !one.dying), ...configured.filter((one) => up.has(one.name))].some((one) =>
      one.addresses.includes(source),
    );
    if (may) this.#held.set(id, { source, release: null });
    return { may };
  }

  async #ping(id: number, address: string): Promise<Omit<ToChild, "id">> {
    const held = this.#held.get(id);
    const { view, run } = this.daemon();
    if (!held || held.release) return { text: "" };
    const release = this.#rates.take(held.source, Date.now());
    if (!release) return { text: TOO_MUCH };
    held.release = release;
    try {
      if (!mayPing(address, await view.interfaces())) return { text: "jailping: this address is no single host\r\n" };
      const result = await run("ping", ["-n", "-c", "4", "-t", "10", address], { deadline: DEADLINE, cap: 4096 });
      const text = `${result.stdout}${result.stderr}`.slice(0, 4096);
      return { text: text.replace(/[^\x20-\x7e\n]/g, "?").replace(/\n/g, "\r\n") };
    } finally {
      release();
    }
  }
}
