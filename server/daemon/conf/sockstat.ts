import { KnastError } from "../../contract/errors.ts";
import { canonicalAddress } from "../../contract/ip.ts";

/** A socket that waits for somebody. `address` null: on every address of its family. */
export type Listener = {
  user: string;
  command: string;
  pid: number;
  /** tcp4, udp6, tcp46, … */
  proto: string;
  address: string | null;
  port: string;
  /** as sockstat(1) printed it */
  line: string;
};

/**
 * Reads `sockstat -46l`: user, command, pid, fd, protocol, local address, foreign address. Lines of another shape are passed over.
 * @throws KnastError internal without its head: no listeners and no answer must not look alike
 */
export function parseSockstat(text: string): Listener[] {
  if (!/^USER +COMMAND +PID /.test(text)) throw new KnastError("internal", { cause: "sockstat: no head" });
  return text.split("\n").flatMap((line): Listener[] => {
    // A command may hold blanks: it ends where a pid (or ?, of a socket without a process), a descriptor and a protocol follow.
    const found = /^(\S+)\s+(.+?)\s+([0-9]+|\?)\s+([0-9]+|\?)\s+((?:tcp|udp|sctp|udplite)[46]{1,2})\s+(\S+)\s/.exec(
      `${line} `,
    );
    if (!found) return [];
    const [, user, command, pid, , proto, local] = found as unknown as string[];
    const colon = local!.lastIndexOf(":");
    const [host, port] = [local!.slice(0, colon), local!.slice(colon + 1)];
    if (colon < 0 || port === "*") return [];
    const address = host === "*" ? null : canonicalAddress(host.split("%")[0]!);
    if (host !== "*" && address === null) return [];
    return [
      { user: user!, command: command!, pid: Number(pid) || 0, proto: proto!, address, port, line: line.trimEnd() },
    ];
  });
}
