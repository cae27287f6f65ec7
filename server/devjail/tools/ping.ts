import { networkInterfaces } from "node:os";
import { readAliases } from "../aliases.ts";
import { getopt, type Call } from "../io.ts";

/** ping(8): sends nothing. The host's own addresses and those of its running jails answer at once, all others never. */
export function ping(call: Call): number {
  const parsed = getopt(call, "nqc:t:s:i:");
  if (!parsed || parsed.rest.length !== 1) {
    call.io.err("usage: ping [-nq] [-c count] [-t timeout] host\n");
    return 64;
  }
  const [host] = parsed.rest as [string];
  const count = Number(parsed.flags.findLast((item) => item.flag === "c")?.value ?? 4);
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map((one) => one.address) ?? []);
  const here = [...own, ...readAliases(call.state).map((one) => one.address)].includes(host);
  call.io.out(`PING ${host} (${host}): 56 data bytes\n`);
  for (let i = 0; here && i < count; i++)
    call.io.out(`64 bytes from ${host}: icmp_seq=${i} ttl=64 time=0.0${50 + i} ms\n`);
  call.io.out(`\n--- ${host} ping statistics ---\n`);
  const [got, loss] = here ? [count, "0.0"] : [0, "100.0"];
  call.io.out(`${count} packets transmitted, ${got} packets received, ${loss}% packet loss\n`);
  if (here) call.io.out("round-trip min/avg/max/stddev = 0.050/0.051/0.053/0.001 ms\n");
  return here ? 0 : 2;
}
