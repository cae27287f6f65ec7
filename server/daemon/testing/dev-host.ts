import { execFile, execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JailSpec } from "../../contract/jail.ts";
import { expect } from "vitest";
import type { z } from "zod";
import { startDevHost } from "../../devjail/fixture.ts";
import { parseIfconfig } from "../conf/ifconfig.ts";
import { type Mount, mountsBelow, parseMountTable } from "../conf/mount-table.ts";
import { parseJls, type RunningJail } from "../conf/jls.ts";
import type { Reply } from "./client.ts";
import { type Knastd, startKnastd } from "./knastd.ts";
import { poll } from "./poll.ts";

export type DevHost = Awaited<ReturnType<typeof startDevHost>>;

/** A devjail host with knastd on it, and what a person would ask there by hand. */
export class TestHost {
  knastd!: Knastd;
  #killable = false;

  constructor(readonly host: DevHost) {}

  /** @param base install one from the host's world and set the pool */
  static async start({ base = true } = {}): Promise<TestHost> {
    const self = new TestHost(await startDevHost());
    await self.startKnastd();
    if (base) {
      await self.client.done("base.install", { source: { kind: "host" } });
      await self.client.call("host.configure", { pools: [{ interface: self.host.interface, block: self.host.pool }] });
    }
    return self;
  }

  get client() {
    return this.knastd.client;
  }

  get socket(): string {
    return join(this.host.state, "run-knastd", "knastd.sock");
  }

  get daemonState(): string {
    return join(this.host.state, "knastd");
  }

  /** @param more further options of knastd, for example --kill-at */
  async startKnastd(more: readonly string[] = []): Promise<void> {
    const { bin, world, foreign, etc, log, jails } = this.host;
    const options = [
      "--state",
      this.daemonState,
      "--jails",
      jails,
      "--etc",
      etc,
      "--log",
      log,
      "--world",
      world,
      "--foreign",
      foreign,
      "--programs",
      bin,
    ];
    this.#killable = more.includes(this.#killFile);
    this.knastd = await startKnastd(this.socket, [...options, ...more], (program, args) =>
      this.host.execArgv(program, args),
    );
  }

  get #killFile(): string {
    return join(this.host.state, "kill-at");
  }

  /** Starts a knastd that ends itself where killAt says: by a file, as a start for each point would take most of the time. */
  async startKillable(): Promise<void> {
    writeFileSync(this.#killFile, "");
    await this.startKnastd(["--kill-at", this.#killFile]);
  }

  /** @param point VERB:STEP:before or VERB:STEP:after; null: it is spared */
  killAt(point: string | null): void {
    writeFileSync(this.#killFile, point ?? "");
  }

  /** Has knastd end as by kill -9 at a point of the job that `begin` asks for, and starts it anew. */
  async killedAt(point: string, begin: () => Promise<Reply<unknown>>): Promise<void> {
    if (!this.#killable) {
      await this.knastd.stop();
      await this.startKillable();
    }
    this.killAt(point);
    const reply = await begin().catch(() => null);
    if (reply && reply.status !== 202) throw new Error(`refused: ${JSON.stringify(reply.body)}`);
    expect(await this.knastd.ended).toEqual({ status: null, signal: "SIGKILL" });
    await this.startKillable();
  }

  async stop(): Promise<void> {
    await this.knastd?.stop();
    await this.host.stop();
  }

  /** Runs a program on the host; in /, where devjail's server answers for it and no process of Node has to start. */
  run(program: string, args: string[]): { status: number | null; stdout: string; stderr: string } {
    const [first, ...rest] = this.host.execArgv(program, args);
    return spawnSync(first!, rest, { encoding: "utf8", cwd: "/" });
  }

  /** The same while this process goes on with what else it does. @returns what it printed, whatever its status is */
  printed(program: string, args: string[]): Promise<string> {
    const [first, ...rest] = this.host.execArgv(program, args);
    return new Promise((resolve) => {
      execFile(first!, rest, { encoding: "utf8", cwd: "/", maxBuffer: 64 * 1024 * 1024 }, (_, stdout) =>
        resolve(stdout),
      );
    });
  }

  jls(): RunningJail[] {
    const names = ["jid", "name", "dying", "host.hostname", "path", "ip4.addr", "ip6.addr"];
    return parseJls(this.run("jls", ["-d", "--libxo", "json", ...names]).stdout);
  }

  mounts(name: string): Mount[] {
    return mountsBelow(parseMountTable(this.run("mount", ["-p"]).stdout), join(this.host.jails, name));
  }

  addresses(): string[] {
    return parseIfconfig(this.run("ifconfig", ["-a"]).stdout).flatMap((one) => one.addresses.map((it) => it.address));
  }

  /** The n-th address of the pool for jails, n from 0. */
  address(n: number): string {
    const [a, b, c] = this.host.pool.split(".");
    return `${a}.${b}.${c}.${10 + n}`;
  }

  spec(name: string, n: number, more: Partial<z.input<typeof JailSpec>> = {}): z.input<typeof JailSpec> {
    const hostname = `${name.replaceAll("_", "-")}.example.org`;
    return { hostname, name, interface: this.host.interface, ip4: [this.address(n)], autostart: false, ...more };
  }

  /** SHA-256 over names, modes and contents of a tree; links are not followed. */
  checksum(path: string): string {
    const script =
      'cd "$1" && find . -printf "%p %y %m %U %G %l\\n" | sort; find . -type f -print0 | sort -z | xargs -0r sha256sum';
    return execFileSync("sh", ["-c", script, "sh", path], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  }

  /** What a jail that is gone must not have left, in words; [] when there is nothing. */
  traces(name: string, address: string): string[] {
    const { jails, etc } = this.host;
    const found: string[] = [];
    if (this.jls().some((one) => one.name === name)) found.push("runs");
    for (const mount of this.mounts(name)) found.push(`mount ${mount.target}`);
    if (this.addresses().includes(address)) found.push(`alias ${address}`);
    for (const path of [`${jails}/${name}`, `${etc}/fstab.${name}`, `${etc}/jail.conf.d/${name}.conf`])
      if (existsSync(path)) found.push(path);
    return [...found, ...this.scratch()];
  }

  scratch(): string[] {
    const { jails } = this.host;
    const names = [".new", ".trash"].flatMap((one) => readdirSync(join(jails, one)).map((name) => `${one}/${name}`));
    const journal = readdirSync(join(this.daemonState, "journal")).map((name) => `journal/${name}`);
    return [...names, ...journal];
  }

  /**
   * What holds after every start of knastd, whatever was before: a whole jail, running or stopped, or none, and nothing else.
   * @param base checksum of the base before
   */
  async expectWhole(name: string, address: string, base: string): Promise<void> {
    await poll("knastd has tidied up", () => this.scratch().length === 0);
    const ended = async () => (await this.client.call("job.list", {})).jobs.every((job) => job.state !== "running");
    await poll("all jobs have ended", ended);
    const jail = (await this.client.call("jail.list", {})).jails.find((one) => one.name === name);
    expect(this.checksum(`${this.host.jails}/basejail`)).toBe(base);
    if (!jail) return expect(this.traces(name, address)).toEqual([]);
    const up = jail.state === "running";
    const targets = this.mounts(name).map((one) => one.target);
    expect({
      state: jail.state,
      kernel: this.jls().some((one) => one.name === name),
      mounts: targets.length,
      different: new Set(targets).size,
      address: this.addresses().includes(address),
    }).toEqual({
      state: up ? "running" : "stopped",
      kernel: up,
      mounts: up ? 3 : 0,
      different: up ? 3 : 0,
      address: up,
    });
  }
}
