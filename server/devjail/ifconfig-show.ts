import { readAliases } from "./aliases.ts";
import { listInterfaces } from "./interfaces.ts";
import type { Call } from "./io.ts";
import type { Jail } from "./state.ts";

const mask = (bits: number): string => ((bits ? ~0 << (32 - bits) : 0) >>> 0).toString(16).padStart(8, "0");

function broadcast(address: string, bits: number): string {
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const all = (number | (bits < 32 ? 0xffffffff >>> bits : 0)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (all >>> shift) & 255).join(".");
}

const FLAGS = "flags=1008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 1500";
const MEMBER = "flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>";

/** Prints one interface as ifconfig(8) of FreeBSD 14 does; `family` leaves the other one's addresses out. */
export function show({ state, io }: Call, name: string, jail: Jail | null, family?: string): void {
  const config = state.config();
  const lines: string[] = [];
  const inet = (address: string, bits: number) => {
    if (address.includes(":")) {
      if (family !== "inet") lines.push(`\tinet6 ${address} prefixlen ${bits}`);
    } else if (family !== "inet6")
      lines.push(`\tinet ${address} netmask 0x${mask(bits)} broadcast ${broadcast(address, bits)}`);
  };
  const virtual = listInterfaces(state, jail).find((one) => one.name === name);
  if (name === "lo0") {
    lines.push("lo0: flags=1008049<UP,LOOPBACK,RUNNING,MULTICAST,LOWER_UP> metric 0 mtu 16384");
    if (family !== "inet") lines.push("\tinet6 ::1 prefixlen 128");
    if (family !== "inet6") lines.push("\tinet 127.0.0.1 netmask 0xff000000");
    lines.push("\tgroups: lo");
  } else if (virtual) {
    const ether = [virtual.unit >> 8, virtual.unit & 255, virtual.end === "b" ? 11 : 10];
    const hex = ether.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
    lines.push(`${name}: ${FLAGS}`, virtual.kind === "bridge" ? "\toptions=0" : "\toptions=8<VLAN_MTU>");
    lines.push(`\tether ${virtual.kind === "bridge" ? "58:9c:fc" : "02:00:6b"}:${hex}`);
    for (const { address, bits } of virtual.addresses) inet(address, bits);
    if (virtual.kind === "bridge") {
      lines.push("\tid 00:00:00:00:00:00 priority 32768 hellotime 2 fwddelay 15");
      lines.push("\tmaxage 20 holdcnt 6 proto rstp maxaddr 2000 timeout 1200");
      lines.push("\troot id 00:00:00:00:00:00 priority 32768 ifcost 0 port 0");
      for (const [i, member] of virtual.members.entries())
        lines.push(`\tmember: ${member} ${MEMBER}`, `\t        ifmaxaddr 0 port ${i + 1} priority 128 path cost 2000`);
      lines.push("\tgroups: bridge", "\tnd6 options=9<PERFORMNUD,IFDISABLED>");
    } else {
      lines.push("\tgroups: epair", "\tmedia: Ethernet 10Gbase-T (10Gbase-T <full-duplex>)", "\tstatus: active");
      lines.push("\tnd6 options=29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>");
    }
  } else {
    lines.push(`${name}: ${FLAGS}`);
    lines.push("\toptions=80028<VLAN_MTU,JUMBO_MTU,LINKSTATE>", "\tether 02:00:6b:6e:61:73");
    inet(config.address, 24);
    if (config.address6) inet(config.address6, 64);
    for (const alias of readAliases(state)) inet(alias.address, alias.bits);
    lines.push("\tmedia: Ethernet autoselect (10Gbase-T <full-duplex>)", "\tstatus: active");
    lines.push("\tnd6 options=29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>");
  }
  io.out(`${lines.join("\n")}\n`);
}
