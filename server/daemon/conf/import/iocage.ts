import { z } from "zod";
import { cant, type ConfLine, type Imported, type ImportFiles, type ImportPlace, namesIn } from "./imported.ts";

const Config = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
type Config = z.infer<typeof Config>;

/** Properties that say nothing to jail(8), or nothing that an admin would miss. */
const SILENT =
  /^(CONFIG_VERSION|allow_tun|basejail|cloned_release|comment|count|dedup|host_domainname|host_hostuuid|host_time|hostid|hostid_strict_check|hack88|jail_zfs_dataset|jail_zfs_mountpoint|last_started|login_flags|mountpoint|notes|origin|owner|plugin_name|plugin_repository|priority|readonly|release|source_template|state|sync_.*|tag|template|type|used|available|ftpdir|ftphost|ftpfiles|gitlocation|compression|compressratio|quota|reservation|vnet_default_interface|vnet_interfaces|vnet_default_mtu|vnet[0-3]_(mac|mtu)|mac_prefix|interfaces|assign_localhost|localhost_ip|rtsold|resolver|defaultrouter6?|ip_hostname|ip[46]_saddrsel|ip[46]|bpf|nat_prefix|nat_backend|nat_interface|nat_forwards|min_dyn_devfs_ruleset|exec_created|exec_prestart|exec_poststart|exec_prestop|exec_poststop|exec_start|exec_stop|exec_clean|exec_timeout|stop_timeout|exec_system_user|exec_jail_user|exec_system_jail_user|exec_fib|mount_(devfs|fdescfs|procfs|linprocfs)|devfs_ruleset|enforce_statfs|children_max|securelevel|sysv(msg|sem|shm)|allow_.*|host_hostname|ip4_addr|ip6_addr|boot|vnet|depends|dhcp|nat|jail_zfs|rlimits|cpuset|[a-z]+_image|exec_.*)$/;
const LIMITS =
  /^(coredumpsize|cputime|datasize|maxproc|memorylocked|memoryuse|msgqqueued|msgqsize|nmsgq|nsem|nsemop|nshm|nthr|openfiles|pcpu|pseudoterminals|readbps|readiops|shmsize|stacksize|swapuse|vmemoryuse|wallclock|writebps|writeiops|cpuset)$/;
const ON = /^(on|yes|true|1)$/i;
/** What iocage passes on as it is: allow_mount_tmpfs becomes allow.mount.tmpfs. */
const ALLOW: Record<string, string> = {
  allow_set_hostname: "allow.set_hostname",
  allow_sysvipc: "allow.sysvipc",
  allow_raw_sockets: "allow.raw_sockets",
  allow_chflags: "allow.chflags",
  allow_mlock: "allow.mlock",
  allow_mount: "allow.mount",
  allow_mount_devfs: "allow.mount.devfs",
  allow_mount_fdescfs: "allow.mount.fdescfs",
  allow_mount_fusefs: "allow.mount.fusefs",
  allow_mount_nullfs: "allow.mount.nullfs",
  allow_mount_procfs: "allow.mount.procfs",
  allow_mount_linprocfs: "allow.mount.linprocfs",
  allow_mount_tmpfs: "allow.mount.tmpfs",
  allow_mount_zfs: "allow.mount.zfs",
  allow_quotas: "allow.quotas",
  allow_socket_af: "allow.socket_af",
  allow_vmm: "allow.vmm",
};

/**
 * iocage's jails: DIR/jails/NAME/config.json over DIR/defaults.json; fstab beside it, the tree in `root`.
 * @param roots iocage's directories: /iocage, /POOL/iocage
 */
export function importIocage(
  files: ImportFiles,
  roots: readonly string[],
  place: ImportPlace,
  enabled: boolean,
): Imported[] {
  return roots.flatMap((root) => {
    const defaults = readConfig(files.get(`${root}/defaults.json`)) ?? {};
    return namesIn(files, `${root}/jails`).flatMap((name) => {
      const directory = `${root}/jails/${name}`;
      const text = files.get(`${directory}/config.json`);
      return text === undefined ? [] : [oneJail(name, directory, text, defaults, files, place, enabled)];
    });
  });
}

function readConfig(text: string | undefined): Config | null {
  try {
    const parsed = Config.safeParse(JSON.parse(text ?? ""));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function oneJail(
  name: string,
  directory: string,
  text: string,
  defaults: Config,
  files: ImportFiles,
  place: ImportPlace,
  enabled: boolean,
): Imported {
  const path = `${directory}/config.json`;
  const own = readConfig(text);
  const all: Config = { ...defaults, ...own };
  const value = (key: string): string => {
    const found = all[key];
    return found === undefined || found === null || found === "none" ? "" : String(found);
  };
  const on = (key: string) => ON.test(value(key));
  const params: ConfLine[] = [];
  const untranslated: string[] = [];
  const say = (key: string, why = "") =>
    untranslated.push(cant(path, null, `"${key}": ${JSON.stringify(all[key])}${why}`));
  const put = (param: string, ...values: string[]) => params.push({ name: param, values });
  const copy = (key: string, param: string, standard = "") => {
    const text = value(key) || standard;
    if (text !== "") put(param, text);
  };
  put("path", `${directory}/root`);
  copy("host_hostname", "host.hostname", name);
  if (value("host_hostuuid") && value("host_hostuuid") !== name) put("host.hostuuid", value("host_hostuuid"));
  for (const [key, param] of [
    ["ip4_addr", "ip4.addr"],
    ["ip6_addr", "ip6.addr"],
  ] as const) {
    const items = value(key)
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean);
    const wrong = items.filter(
      (item) => !/^([a-z][a-z0-9_]{0,14}\|)?[0-9a-fA-F.:]+(\/[0-9]{1,3}|\/[0-9.]+)?$/.test(item),
    );
    if (wrong.length > 0) say(key);
    else if (items.length > 0)
      put(param, ...items.map((item) => (item.includes("/") ? item : `${item}/${key === "ip4_addr" ? 32 : 128}`)));
  }
  copy("exec_fib", "exec.fib");
  for (const key of ["exec_prestart", "exec_poststart", "exec_prestop", "exec_poststop", "exec_created"] as const)
    if (value(key) && value(key) !== "/usr/bin/true") put(key.replace("_", "."), value(key));
  copy("exec_start", "exec.start", "/bin/sh /etc/rc");
  copy("exec_stop", "exec.stop", "/bin/sh /etc/rc.shutdown jail");
  if (value("exec_clean") === "" || on("exec_clean")) params.push({ name: "exec.clean", values: null });
  copy("exec_timeout", "exec.timeout");
  copy("stop_timeout", "stop.timeout");
  copy("exec_system_user", "exec.system_user");
  copy("exec_jail_user", "exec.jail_user");
  put("exec.consolelog", `${place.log}/jail_${name.replace(/[^A-Za-z0-9]/g, "_")}_console.log`);
  if (value("mount_devfs") === "" || on("mount_devfs")) params.push({ name: "mount.devfs", values: null });
  copy("devfs_ruleset", "devfs_ruleset", "4");
  if (on("mount_fdescfs")) params.push({ name: "mount.fdescfs", values: null });
  if (on("mount_procfs")) params.push({ name: "mount.procfs", values: null });
  if (on("mount_linprocfs")) say("mount_linprocfs");
  copy("enforce_statfs", "enforce_statfs", "2");
  copy("children_max", "children.max");
  if (value("securelevel")) put("securelevel", value("securelevel"));
  for (const key of ["sysvmsg", "sysvsem", "sysvshm"])
    if (/^(new|inherit|disable)$/.test(value(key))) put(key, value(key));
  for (const [key, param] of Object.entries(ALLOW)) if (value(key) !== "") put(param, on(key) ? "1" : "0");
  const depends = value("depends")
    .split(/\s+/)
    .filter(Boolean)
    .map((one) => one.replace(/[^A-Za-z0-9]/g, "_"));
  if (depends.length > 0) put("depend", ...depends);
  for (const key of ["dhcp", "nat", "jail_zfs", "rtsold", "assign_localhost"]) if (on(key)) say(key);
  for (const key of ["defaultrouter", "defaultrouter6"])
    if (value(key) && !/^(auto|none)$/.test(value(key))) say(key, ", which counts for vnet only");
  for (const key of Object.keys(own ?? {})) {
    if (LIMITS.test(key)) {
      if (value(key) && !/^(off|all)$/i.test(value(key))) say(key, ": set it as a limit of the jail");
    } else if (!SILENT.test(key)) say(key);
    else if (key.startsWith("allow_") && !(key in ALLOW) && on(key)) say(key);
  }
  const fstab = files.get(`${directory}/fstab`);
  const lines = (fstab ?? "").split("\n").some((line) => /^[^#\s]/.test(line));
  const type = value("type") || "jail";
  const boot = /("boot"\s*:\s*)("on"|1|true)/.exec(text);
  return {
    scheme: "iocage",
    name,
    runsAs: `ioc-${name.replace(/\./g, "_")}`,
    params,
    fstab: lines ? fstab! : null,
    autostart: enabled && on("boot"),
    sources: [path, ...(fstab === undefined ? [] : [`${directory}/fstab`])],
    edits: boot
      ? [
          {
            path,
            after: text.replace(boot[0], `${boot[1]}${boot[2] === '"on"' ? '"off"' : boot[2] === "1" ? "0" : "false"}`),
          },
        ]
      : [],
    original: null,
    ownFile: null,
    untranslated,
    notes: ["iocage still lists it, and does not start it at boot any more. Do not start it with iocage."],
    refused: !own
      ? "Its config.json is not what iocage writes."
      : on("vnet")
        ? "It has a network stack of its own (vnet), whose interfaces iocage makes when it starts it. Give it a shared address with iocage first."
        : on("template") || type === "template"
          ? "It is a template, not a jail."
          : null,
  };
}
