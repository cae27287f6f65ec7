import { readAddress, readAliases, writeAliases, type Alias } from "./aliases.ts";
import type { Call } from "./io.ts";
import { locked } from "./lock.ts";

/** ifconfig(8): shows the host's interface and lo0; adds and takes away aliases of it. */
export async function ifconfig(call: Call): Promise<number> {
  const { args, state, io } = call;
  const config = state.config();
  if (args[0] === "-l") {
    io.out(`${config.interface} lo0\n`);
    return 0;
  }
  const family = args.find((word) => word === "inet" || word === "inet6");
  if (!args.length || args[0] === "-a") {
    show(call, config.interface, args.length > 1 ? family : undefined);
    show(call, "lo0", args.length > 1 ? family : undefined);
    return 0;
  }
  const name = args[0]!;
  if (name !== config.interface && name !== "lo0") {
    io.err(`ifconfig: interface ${name} does not exist\n`);
    return 1;
  }
  if (args.length === 1 || (args.length === 2 && family)) {
    show(call, name, family);
    return 0;
  }
  return change(call, args.slice(1));
}

const mask = (bits: number): string => ((bits ? ~0 << (32 - bits) : 0) >>> 0).toString(16).padStart(8, "0");

function broadcast(address: string, bits: number): string {
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const all = (number | (bits < 32 ? 0xffffffff >>> bits : 0)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (all >>> shift) & 255).join(".");
}

function show({ state, io }: Call, name: string, family?: string): void {
  const config = state.config();
  const lines: string[] = [];
  const inet = (address: string, bits: number) => {
    if (address.includes(":")) {
      if (family !== "inet") lines.push(`\tinet6 ${address} prefixlen ${bits}`);
    } else if (family !== "inet6")
      lines.push(`\tinet ${address} netmask 0x${mask(bits)} broadcast ${broadcast(address, bits)}`);
  };
  if (name === "lo0") {
    lines.push("lo0: flags=1008049<UP,LOOPBACK,RUNNING,MULTICAST,LOWER_UP> metric 0 mtu 16384");
    if (family !== "inet") lines.push("\tinet6 ::1 prefixlen 128");
    if (family !== "inet6") lines.push("\tinet 127.0.0.1 netmask 0xff000000");
    lines.push("\tgroups: lo");
    io.out(`${lines.join("\n")}\n`);
    return;
  }
  lines.push(`${name}: flags=1008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 1500`);
  lines.push("\toptions=80028<VLAN_MTU,JUMBO_MTU,LINKSTATE>", "\tether 02:00:6b:6e:61:73");
  inet(config.address, 24);
  if (config.address6) inet(config.address6, 64);
  for (const alias of readAliases(state)) inet(alias.address, alias.bits);
  lines.push("\tmedia: Ethernet autoselect (10Gbase-T <full-duplex>)", "\tstatus: active");
  lines.push("\tnd6 options=29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>");
  io.out(`${lines.join("\n")}\n`);
}

/** `inet ADDRESS[/BITS] [netmask M] alias|-alias`, the same with inet6 and prefixlen. */
async function change({ state, io }: Call, words: string[]): Promise<number> {
  const [family, text, ...rest] = words;
  const bad = (what: string) => {
    io.err(`ifconfig: ${what}: bad value\n`);
    return 1;
  };
  if (family !== "inet" && family !== "inet6") return bad(family!);
  const [host, prefix] = (text ?? "").split("/");
  const address = readAddress(host ?? "");
  const whole = family === "inet" ? 32 : 128;
  if (!address || address.includes(":") !== (family === "inet6")) return bad(text ?? "");
  let bits = prefix === undefined ? whole : Number(prefix);
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === "prefixlen") bits = Number(rest[++i]);
    else if (rest[i] === "netmask") bits = netmaskBits(rest[++i] ?? "");
  }
  if (!Number.isInteger(bits) || bits < 0 || bits > whole) return bad(text!);
  const remove = rest.includes("-alias") || rest.includes("delete");
  const config = state.config();
  return locked(state, "aliases", () => {
    const aliases = readAliases(state);
    const left: Alias[] = aliases.filter((alias) => alias.address !== address);
    if (remove) {
      if (left.length === aliases.length) {
        io.err(`ifconfig: ioctl (SIOCDIFADDR): Can't assign requested address\n`);
        return 1;
      }
      writeAliases(state, left);
    } else if (left.length === aliases.length && address !== config.address && address !== config.address6)
      writeAliases(state, [...aliases, { address, bits }]);
    return 0;
  });
}

function netmaskBits(text: string): number {
  const number = text.startsWith("0x")
    ? parseInt(text, 16)
    : text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.clz32(~number >>> 0);
}
