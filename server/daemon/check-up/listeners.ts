import type { Finding } from "../../contract/check-up.ts";
import type { HostInterface } from "../conf/ifconfig.ts";
import type { Listener } from "../conf/sockstat.ts";
import { finding, line, sysrc } from "./finding.ts";

/** What is listened to, with what is needed to judge it. */
export type Listening = {
  listeners: readonly Listener[];
  /** pid to jid of every process; a listener in a jail is the jail's own affair */
  jids: ReadonlyMap<number, number>;
  /** canonical address to jail, configured or running; without those of vnet jails, which the host can't listen on */
  jailAddresses: ReadonlyMap<string, string>;
  interfaces: readonly HostInterface[];
  etc: string;
};

/** Row 15 of the system: a program of the host on `*` or on a jail's address takes the port from the jail. */
export function checkListeners(seen: Listening): Finding[] {
  const host = hostAddress(seen);
  const found: Finding[] = [];
  const done = new Set<string>();
  for (const one of seen.listeners) {
    if ((seen.jids.get(one.pid) ?? 0) !== 0) continue;
    const jail = one.address === null ? null : (seen.jailAddresses.get(one.address) ?? null);
    if (one.address !== null && jail === null) continue;
    const id = `listener.${one.command}.${one.proto}.${one.address ?? "any"}.${one.port}`;
    if (done.has(id)) continue;
    done.add(id);
    const where = `${one.address ?? "*"}:${one.port}`;
    const same = seen.listeners.filter(
      (other) => other.command === one.command && other.port === one.port && other.proto === one.proto,
    );
    const mend = mendFor(one, host, seen.etc);
    const more = { commands: mend.commands, evidence: same.map((other) => other.line) };
    found.push(
      jail === null
        ? finding(
            id,
            "warn",
            `${one.command} of the host listens on ${where} (${one.proto})`,
            `It answers on the address of every jail too: a jail can't use port ${one.port}, and whoever calls a jail there reaches the host. ${mend.say}`,
            more,
          )
        : finding(
            id,
            "bad",
            `${one.command} of the host listens on ${where}, the address of the jail ${jail}`,
            `Whoever calls that jail on port ${one.port} reaches a program of the host, and the jail can't use the port. ${mend.say}`,
            more,
          ),
    );
  }
  if (found.length > 0) return found;
  const means = "No program of the host listens on * or on the address of a jail.";
  return [finding("listeners", "ok", "Host services keep to the host's address", means)];
}

/** @returns the host's first own address that is no jail's, for the commands; a word to replace when there is none */
function hostAddress({ interfaces, jailAddresses }: Listening): string {
  const own = interfaces
    .filter((one) => !one.name.startsWith("lo"))
    .flatMap((one) => one.addresses)
    .filter((one) => one.bits < 32 && !one.address.includes(":") && !jailAddresses.has(one.address));
  return own[0]?.address ?? "HOST-ADDRESS";
}

/** What to do about a program that is known to FreeBSD's people, and where to look for any other. */
function mendFor({ command, port }: Listener, host: string, etc: string): { say: string; commands: string[] } {
  const restart = (service: string) => line("service", service, "restart");
  const flags = (service: string, value: string) => [sysrc(etc, `${service}_flags=${value}`), restart(service)];
  const known: Record<string, string[]> = {
    sshd: flags("sshd", `-o ListenAddress=${host}`),
    syslogd: flags("syslogd", "-ss"),
    inetd: flags("inetd", `-wW -C 60 -a ${host}`),
    rpcbind: flags("rpcbind", `-h ${host}`),
    nfsd: [sysrc(etc, `nfs_server_flags=-u -t -n 4 -h ${host}`), restart("nfsd")],
    mountd: flags("mountd", `-r -h ${host}`),
    ntpd: [`printf 'interface ignore wildcard\\ninterface listen ${host}\\n' >> ${etc}/ntp.conf`, restart("ntpd")],
    sendmail: [sysrc(etc, "sendmail_enable=NONE"), restart("sendmail")],
  };
  const commands = Object.hasOwn(known, command) ? known[command]! : null;
  if (commands) return { say: "Have it listen on the host's own address only.", commands };
  const say = `Set its own option for the address to listen on to ${host}, then restart it.`;
  return { say, commands: [line("sockstat", "-46l", "-p", port)] };
}
