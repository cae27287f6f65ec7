import { join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { type HostInterface, parseIfconfig } from "../conf/ifconfig.ts";
import { parseJls, type RunningJail } from "../conf/jls.ts";
import { type KernelJail, parseJlsParameters } from "../conf/jls-parameters.ts";
import { type Mount, parseMountTable } from "../conf/mount-table.ts";
import { parseUsage, type Usage, USAGE_COLUMNS } from "../conf/ps.ts";
import { look } from "../host/disk.ts";
import type { Run, RunResult } from "../host/run.ts";
import { Cached } from "./cached.ts";
import { type Configured, ConfiguredJails } from "./configured.ts";

/** What rc.conf(5) says of autostart. */
export type Autostart = { enabled: boolean; list: string[] | null };

const MAX_AGE = 1000;
/** A running jail's parameters change with its jid, or by hand. */
const KERNEL_AGE = 10_000;
const BIG = 32 * 1024 * 1024;

/** What the host is like now: config, kernel, mount table, interfaces. Nothing is believed for longer than a second. */
export class HostView {
  readonly #configured: Cached<Configured[]>;
  readonly #running: Cached<RunningJail[]>;
  readonly #kernel: Cached<KernelJail[]>;
  readonly #usage: Cached<Map<number, Usage>>;
  readonly #mounts: Cached<Mount[]>;
  readonly #interfaces: Cached<HostInterface[]>;
  #autostart: { signature: string; answer: Autostart } | null = null;

  constructor(
    private readonly run: Run,
    private readonly place: { etc: string; state: string },
  ) {
    const reader = new ConfiguredJails(run, place);
    this.#configured = new Cached(MAX_AGE, () => reader.read());
    const jls = ["-d", "--libxo", "json", "jid", "name", "dying", "host.hostname", "path", "ip4.addr", "ip6.addr"];
    this.#running = new Cached(MAX_AGE, async () => parseJls(await this.#ask("jls", jls)));
    this.#kernel = new Cached(KERNEL_AGE, async () => parseJlsParameters(await this.#ask("jls", ["-n"])));
    // With no process at all ps(1) has status 1; that can't be on a host, so a failure is one.
    this.#usage = new Cached(MAX_AGE, async () =>
      parseUsage(await this.#ask("ps", ["-axo", USAGE_COLUMNS, "--libxo", "json"])),
    );
    this.#mounts = new Cached(MAX_AGE, async () => parseMountTable(await this.#ask("mount", ["-p"])));
    this.#interfaces = new Cached(MAX_AGE, async () => parseIfconfig(await this.#ask("ifconfig", ["-a"])));
  }

  async #ask(program: string, args: string[]): Promise<string> {
    const result = await this.run(program, args, { deadline: 20_000, cap: BIG });
    return outputOf(program, result);
  }

  configured = () => this.#configured.get();
  running = () => this.#running.get();
  usage = () => this.#usage.get();
  mounts = () => this.#mounts.get();
  interfaces = () => this.#interfaces.get();
  configuredNow = () => this.#configured.fresh();
  /** with all their parameters; up to ten seconds old */
  kernel = () => this.#kernel.get();
  kernelNow = () => this.#kernel.fresh();
  runningNow = () => this.#running.fresh();
  mountsNow = () => this.#mounts.fresh();
  interfacesNow = () => this.#interfaces.fresh();

  /** For whoever has changed something and lets others look. */
  forget(): void {
    for (const one of [this.#configured, this.#running, this.#kernel, this.#usage, this.#mounts, this.#interfaces])
      one.forget();
  }

  /** jail_enable and jail_list of ETC/rc.conf, read by sysrc(8), as rc.conf is a shell script. */
  async autostart(): Promise<Autostart> {
    const path = join(this.place.etc, "rc.conf");
    const found = await look(path);
    const signature = found ? `${found.ino}:${found.size}:${found.mtimeMs}` : "none";
    if (this.#autostart?.signature === signature) return this.#autostart.answer;
    const answer = found ? await this.#readAutostart(path) : { enabled: false, list: null };
    this.#autostart = { signature, answer };
    return answer;
  }

  async #readAutostart(path: string): Promise<Autostart> {
    const [enable, list] = await Promise.all(
      ["jail_enable", "jail_list"].map(async (name) => {
        const result = await this.run("sysrc", ["-f", path, "-n", name], { deadline: 20_000 });
        // Only these words say that it is not set: a list that could not be read must not be taken for none, and written over.
        if (result.status === 1 && /unknown variable/.test(result.stderr)) return null;
        return outputOf("sysrc", result).trim();
      }),
    );
    // rc.subr(8) knows these words and no others: what is none of them was not sysrc's to say.
    if (enable && !/^(yes|true|on|1|no|false|off|0)$/i.test(enable))
      throw new KnastError("internal", {
        message: "jail_enable in rc.conf is neither YES nor NO.",
        cause: enable.slice(0, 100),
      });
    const names = list?.split(/\s+/).filter((name) => name !== "") ?? [];
    return { enabled: /^(yes|true|on|1)$/i.test(enable ?? ""), list: names.length > 0 ? names : null };
  }
}

/** @returns what a reading program printed; throws KnastError timed_out, internal when it failed or printed beyond the cap */
export function outputOf(program: string, result: RunResult): string {
  if (result.timedOut) throw new KnastError("timed_out", { cause: program });
  if (result.status !== 0 || result.stdout.length >= BIG)
    throw new KnastError("internal", {
      cause: `${program}: status ${result.status ?? result.signal}: ${result.stderr.slice(0, 500)}`,
    });
  return result.stdout;
}
