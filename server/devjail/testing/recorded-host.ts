import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDevHost, type DevHost } from "../fixture.ts";
import { installBase, makeJail, type Made } from "./jails.ts";

/** The head of `jls -N`. */
export const NAMES_HEAD = " JID             IP Address      Hostname                      Path\n";

export const ok = (stdout: string) => ({ status: 0, stdout, stderr: "" });
export const no = (stderr: string) => ({ status: 1, stdout: "", stderr });

/** A host set up as the one that was recorded: the jails erdgeist_org (.201) and mail (.202), both stopped. */
export class RecordedHost {
  readonly host: DevHost;
  readonly erdgeist: Made;
  readonly mail: Made;
  private constructor(host: DevHost) {
    this.host = host;
    installBase(host);
    this.erdgeist = makeJail(host, "erdgeist_org", 201);
    this.mail = makeJail(host, "mail", 202);
    const config = readFileSync(this.mail.config, "utf8");
    writeFileSync(this.mail.config, config.replace("host.hostname = 'mail'", "host.hostname = 'mail.example.org'"));
  }
  static async start(): Promise<RecordedHost> {
    return new RecordedHost(await startDevHost());
  }
  stop = (): Promise<void> => this.host.stop();
  run = (program: string, ...args: string[]) => this.host.run(program, args);

  /** Recorded text with this host's paths, interface and addresses in it. */
  here = (text: string): string =>
    text
      .replaceAll("/usr/jails", this.host.jails)
      .replaceAll("/etc/fstab", `${this.host.etc}/fstab`)
      .replaceAll("/etc/jail.conf.d", `${this.host.etc}/jail.conf.d`)
      .replaceAll("/var/log/jail", `${this.host.log}/jail`)
      .replaceAll("vtnet0", this.host.interface)
      .replaceAll("10.0.2.", this.host.pool.replace("0/24", ""));

  mounts = (name: string): string[] =>
    this.run("mount", "-p")
      .stdout.split("\n")
      .filter((line) => line.includes(`/${name}/`));

  /** True when a jail's address is on the interface, as ifconfig(8) writes it. */
  alias = (jail: Made): boolean =>
    this.run("ifconfig", this.host.interface).stdout.includes(
      `\tinet ${jail.address} netmask 0xffffffff broadcast ${jail.address}\n`,
    );

  /** Writes mail's config with a change, as the recordings made it with sed. @throws Error when there is nothing to change */
  variant = (from: string | RegExp, to: string): string => {
    const path = join(this.host.state, "m.conf");
    const text = readFileSync(this.mail.config, "utf8");
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`no ${String(from)} in mail's config`);
    writeFileSync(path, changed);
    return path;
  };
}
