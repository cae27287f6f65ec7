import { scanJailConf } from "../jail-conf-scan.ts";
import type { ConfLine } from "./imported.ts";

/** Variables of a jail that rc.d/jail turns into parameters; a number at the end where it counts them. */
const KNOWN =
  /^(rootdir|hostname|ip|ip_multi[0-9]+|interface|fib|socket_unixiproute_only|exec|exec_start|exec_stop|exec_(prestart|poststart|prestop|poststop|afterstart)[0-9]*|consolelog|fstab|devfs_enable|devfs_ruleset|fdescfs_enable|procfs_enable|mount_enable|set_hostname_allow|sysvipc_allow|enforce_statfs|osreldate|osrelease|parameters|vnet_interface)$/;

export type RcJail = {
  params: ConfLine[];
  /** path of the fstab(5) that it names, whether or not it is there */
  fstab: string;
  /** variables of the jail, without `jail_NAME_`, that have no place in jail.conf(5) */
  unknown: string[];
  problems: string[];
  notes: string[];
};

type Place = { etc: string; log: string };

/**
 * The translation that rc.d/jail makes itself of `jail_NAME_*` variables (recorded in freebsd/06), parameter by parameter.
 * @param vars all variables of rc.conf and of what it includes
 * @param name the jail as jail_list has it, with dots as "_"
 * @param key the same as it stands in variables: every other character is "_"
 * @param own suffixes of this jail's variables
 */
export function rcJail(
  vars: ReadonlyMap<string, string>,
  name: string,
  key: string,
  own: string[],
  place: Place,
): RcJail {
  const mine = (suffix: string): string => vars.get(`jail_${key}_${suffix}`) ?? "";
  const either = (suffix: string): string => mine(suffix) || vars.get(`jail_${suffix}`) || "";
  const params: ConfLine[] = [];
  const problems: string[] = [];
  const notes: string[] = [];
  const add = (param: string, value: string | null): void => {
    if (value !== null && /[$\\"]/.test(value) && param !== "")
      problems.push(`${param}: jail.conf(5) reads $, backslashes and double quotes in ${JSON.stringify(value)}`);
    const known = params.find((one) => one.name === param);
    if (known && value !== null) known.values = [...(known.values ?? []), value];
    else params.push({ name: param, values: value === null ? null : [value] });
  };
  const text = (suffix: string, param: string, standard = "") => {
    const value = either(suffix) || standard;
    if (value !== "") add(param, value);
  };
  const yes = (suffix: string, standard: boolean): boolean => {
    const value = either(suffix);
    if (value === "") return standard;
    if (/^(yes|true|on|1)$/i.test(value)) return true;
    if (!/^(no|false|off|0)$/i.test(value))
      notes.push(`jail_${key}_${suffix}="${value}" is neither YES nor NO; rc.d/jail takes it as NO.`);
    return false;
  };
  const counted = (suffix: string, param: string) => {
    for (let i = 0; i === 0 || either(`${suffix}${i}`) !== ""; i++)
      if (either(`${suffix}${i}`)) add(param, either(`${suffix}${i}`));
  };

  add("host.hostname", mine("hostname"));
  add("path", mine("rootdir"));
  let six = false;
  if (mine("ip") !== "") {
    text("interface", "interface");
    const lists = [mine("ip")];
    for (let i = 0; mine(`ip_multi${i}`) !== ""; i++) lists.push(mine(`ip_multi${i}`));
    for (const item of lists.flatMap((list) => list.split(",")).map((one) => one.trim())) {
      if (item === "") continue;
      const read = readIp(item, either("interface"));
      if (!read) problems.push(`jail_${key}_ip: ${item} is no address`);
      else add(read.six ? "ip6.addr" : "ip4.addr", read.text);
      six ||= read?.six ?? false;
    }
    // As rc.d/jail does, so that duplicate address detection is over before the services start.
    if (six) add("exec.start", "sleep 2");
    text("fib", "exec.fib");
    add("allow.raw_sockets", yes("socket_unixiproute_only", true) ? "0" : "1");
  } else {
    add("vnet", null);
    for (const wire of either("vnet_interface").split(/\s+/).filter(Boolean)) add("vnet.interface", wire);
  }
  add("exec.clean", null);
  add("exec.system_user", "root");
  add("exec.jail_user", "root");
  counted("exec_prestart", "exec.prestart");
  counted("exec_poststart", "exec.poststart");
  counted("exec_prestop", "exec.prestop");
  counted("exec_poststop", "exec.poststop");
  const start = mine("exec") || mine("exec_start");
  add("exec.start", start || "/bin/sh /etc/rc");
  counted("exec_afterstart", "exec.start");
  add("exec.stop", mine("exec") ? "" : mine("exec_stop") || (start ? "" : "/bin/sh /etc/rc.shutdown jail"));
  text("consolelog", "exec.consolelog", `${place.log}/jail_${name}_console.log`);
  if (yes("devfs_enable", false)) {
    add("mount.devfs", null);
    const ruleset = either("devfs_ruleset");
    if (/^[0-9]/.test(ruleset)) add("devfs_ruleset", ruleset);
    else if (ruleset !== "" && ruleset !== "devfsrules_jail")
      notes.push(
        `devfs_ruleset="${ruleset}": rc.d/jail takes numbers only; the jail runs with jail(8)'s own ruleset 4.`,
      );
  }
  if (yes("fdescfs_enable", false)) add("mount.fdescfs", null);
  if (yes("procfs_enable", false)) add("mount.procfs", null);
  if (yes("mount_enable", false)) {
    add("allow.mount", null);
    notes.push(
      "mount_enable: rc.d/jail makes allow.mount of it, with which the jail's root may mount and unmount file systems himself. Switch it off if he need not.",
    );
  }
  add("allow.set_hostname", yes("set_hostname_allow", false) ? "1" : "0");
  add("allow.sysvipc", yes("sysvipc_allow", false) ? "1" : "0");
  text("enforce_statfs", "enforce_statfs", "2");
  text("osreldate", "osreldate");
  text("osrelease", "osrelease");
  for (const word of either("parameters").split(/\s+/).filter(Boolean)) {
    const [statement, more] = scanJailConf(`x {\n${word.replace(/;$/, "")};\n}`);
    if (!statement || more || !/^[a-z][a-z0-9_.]*$/.test(statement.name))
      problems.push(`jail_${key}_parameters: ${word}`);
    else {
      // A later statement overrides an earlier one: one of them is enough.
      const at = params.findIndex((one) => one.name === statement.name);
      if (at >= 0) params.splice(at, 1);
      params.push({ name: statement.name, values: statement.values.length === 0 ? null : statement.values });
    }
  }
  return {
    params: params.filter((one) => one.values === null || one.values.length > 0),
    fstab: either("fstab") || `${place.etc}/fstab.${name}`,
    unknown: own.filter((suffix) => !KNOWN.test(suffix) && mine(suffix) !== ""),
    problems,
    notes,
  };
}

/** `IF|ADDRESS/MASK` after jail_extract_address of rc.d/jail. */
function readIp(item: string, wire: string): { text: string; six: boolean } | null {
  const bar = item.lastIndexOf("|");
  const own = bar < 0 ? "" : item.slice(0, item.indexOf("|"));
  const rest = item.slice(bar + 1);
  const address = /^[^/ ]*/.exec(rest)![0];
  const four = /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(address);
  const six = !four && /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[a-z0-9]+)?$/.test(address);
  if (!four && !six) return null;
  let mask = rest.slice(address.length);
  if (four && /^\/\d+\.\d+\.\d+\.\d+$/.test(mask)) mask = ` netmask ${mask.slice(1)}`;
  if (mask === "") mask = four ? "/32" : "/128";
  const name = own || wire;
  return { text: `${name ? `${name}|` : ""}${address}${mask}`, six };
}
