import { readAddress, readAliases, writeAliases, type Alias } from "./aliases.ts";
import { hostop } from "./hostop.ts";
import { show } from "./ifconfig-show.ts";
import {
  changeInterface,
  createInterface,
  destroyInterface,
  listInterfaces,
  moveInto,
  returnInterfaces,
} from "./interfaces.ts";
import type { Call } from "./io.ts";
import { locked } from "./lock.ts";
import { findJail, type Jail } from "./state.ts";

/**
 * ifconfig(8): shows the host's interface, lo0, bridges and epairs; adds and takes away aliases; makes and unmakes epairs and bridges.
 * @param jail as if it were called in this one, which has a network stack of its own
 */
export async function ifconfig(call: Call, jail: Jail | null = null): Promise<number> {
  const { args, state, io } = call;
  const own = jail ? ["lo0"] : [state.config().interface, "lo0"];
  const names = () => [...own, ...listInterfaces(state, jail).map((one) => one.name)];
  if (args[0] === "-l") {
    io.out(`${names().join(" ")}\n`);
    return 0;
  }
  const family = args.find((word) => word === "inet" || word === "inet6");
  if (!args.length || args[0] === "-a") {
    // Not while another program renames one or moves it into a jail.
    return locked(state, "aliases", () => {
      for (const name of names()) show(call, name, jail, args.length > 1 ? family : undefined);
      return 0;
    });
  }
  const name = args[0]!;
  return locked(state, "aliases", () => {
    if (args[1] === "create") return create(call, name, args.slice(2));
    if (args[1] === "-vnet") return reclaim(call, name, args[2] ?? "");
    if (!names().includes(name)) {
      io.err(`ifconfig: interface ${name} does not exist\n`);
      return 1;
    }
    if (args.length === 1 || (args.length === 2 && family)) {
      show(call, name, jail, family);
      return 0;
    }
    return own.includes(name) ? change(call, args.slice(1)) : changeVirtual(call, name, args.slice(1), jail);
  });
}

function create({ state, io }: Call, name: string, rest: string[]): number {
  const [, kind, unit] = /^(bridge|epair)([0-9]*)$/.exec(name) ?? [];
  if (!kind || rest.some((word) => word !== "up")) {
    io.err(`ifconfig: SIOCIFCREATE2 (${name}): Invalid argument\n`);
    return 1;
  }
  const made = createInterface(state, kind as "bridge" | "epair", unit ? Number(unit) : null);
  if (made === null) {
    io.err(`ifconfig: SIOCIFCREATE2 (${name}): File exists\n`);
    return 1;
  }
  if (made !== name) io.out(`${made}\n`);
  return 0;
}

/** `IF -vnet JAIL`: takes an interface back from a jail. */
function reclaim({ state, io }: Call, name: string, wanted: string): number {
  const jail = findJail(state, wanted);
  const there = jail && listInterfaces(state, jail).some((one) => one.name === name);
  if (there) returnInterfaces(state, jail.jid, name);
  else io.err(jail ? `ifconfig: interface ${name} does not exist\n` : `ifconfig: jail "${wanted}" not found\n`);
  return there ? 0 : 1;
}

/** What can be done to a bridge or an end of an epair. */
function changeVirtual(call: Call, name: string, words: string[], jail: Jail | null): number {
  const { state, io } = call;
  const fail = (text: string) => {
    io.err(`ifconfig: ${text}\n`);
    return 1;
  };
  const [verb, what] = words;
  const here = listInterfaces(state, jail);
  const one = here.find((it) => it.name === name)!;
  if (verb === "up" || verb === "down") return 0;
  if (verb === "inet" || verb === "inet6") {
    const wish = readChange(call, words);
    if (!wish) return 1;
    const { address, bits, remove } = wish;
    const pid = jail ? jail.pid : 0;
    if (remove && !one.addresses.some((it) => it.address === address)) return fail(NO_SUCH_ADDRESS);
    hostop(state, "address", [remove ? "del" : "add", String(pid), jail ? name : one.link, `${address}/${bits}`]);
    changeInterface(state, jail, name, (it) => {
      it.addresses = it.addresses.filter((other) => other.address !== address);
      if (!remove) it.addresses.push({ address, bits });
    });
    return 0;
  }
  if (jail) return fail(`${verb}: bad value`);
  if (verb === "destroy") {
    destroyInterface(state, name);
    return 0;
  }
  if (verb === "name" && what) {
    if (here.some((it) => it.name === what)) return fail("ioctl SIOCSIFNAME (set name): File exists");
    changeInterface(state, null, name, (it, all) => {
      it.name = what;
      for (const other of all) other.members = other.members.map((member) => (member === name ? what : member));
    });
    io.out(`${what}\n`);
    return 0;
  }
  if ((verb === "addm" || verb === "deletem") && one.kind === "bridge") {
    const port = here.find((it) => it.name === what);
    const known = port !== undefined || what === state.config().interface;
    const busy = here.some((it) => it.members.includes(what ?? ""));
    if (verb === "addm" && (!known || busy)) return fail(`BRDGADD ${what}: ${known ? "Device busy" : NOT_CONFIGURED}`);
    if (verb === "deletem" && !one.members.includes(what!)) return fail(`BRDGDEL ${what}: No such file or directory`);
    if (port) hostop(state, "member", [port.link, verb === "addm" ? one.link : "-"]);
    changeInterface(state, null, name, (it) => {
      it.members = it.members.filter((member) => member !== what);
      if (verb === "addm") it.members.push(what!);
    });
    return 0;
  }
  if (verb === "vnet" && one.kind === "epair")
    return moveInto(state, name, what ?? "") ? 0 : fail(`jail "${what}" not found`);
  return fail(`${verb}: bad value`);
}

const NOT_CONFIGURED = "Device not configured";
const NO_SUCH_ADDRESS = "ioctl (SIOCDIFADDR): Can't assign requested address";

/** `inet ADDRESS[/BITS] [netmask M] alias|-alias`, the same with inet6 and prefixlen; null after it has said what is wrong. */
function readChange({ io }: Call, words: string[]): (Alias & { remove: boolean }) | null {
  const [family, text, ...rest] = words;
  const bad = (what: string) => {
    io.err(`ifconfig: ${what}: bad value\n`);
    return null;
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
  return { address, bits, remove: rest.includes("-alias") || rest.includes("delete") };
}

/** Of the host's one real interface. */
function change(call: Call, words: string[]): number {
  const { state, io } = call;
  const wish = readChange(call, words);
  if (!wish) return 1;
  const { address, bits, remove } = wish;
  const config = state.config();
  const aliases = readAliases(state);
  const left: Alias[] = aliases.filter((alias) => alias.address !== address);
  if (remove) {
    if (left.length === aliases.length) {
      io.err(`ifconfig: ${NO_SUCH_ADDRESS}\n`);
      return 1;
    }
    writeAliases(state, left);
  } else if (left.length === aliases.length && address !== config.address && address !== config.address6)
    writeAliases(state, [...aliases, { address, bits }]);
  return 0;
}

function netmaskBits(text: string): number {
  const number = text.startsWith("0x")
    ? parseInt(text, 16)
    : text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.clz32(~number >>> 0);
}
