/**
 * What of a running host's /etc goes into newjail when etcupdate(8) has left no pristine copy. An allow-list: whatever the
 * admin has put there himself (keys, mail passwords, host keys, Wi-Fi) is on no list and stays behind.
 */
export const ETC_NAMES = [
  "autofs",
  "blocklistd.conf",
  "csh.cshrc",
  "csh.login",
  "csh.logout",
  "defaults",
  "devd.conf",
  "devfs.conf",
  "ftpusers",
  "gettytab",
  "gss",
  "hosts.allow",
  "hosts.lpd",
  "inetd.conf",
  "libalias.conf",
  "libmap.conf",
  "locate.rc",
  "login.access",
  "login.conf",
  "mail.rc",
  "motd.template",
  "mtree",
  "netconfig",
  "network.subr",
  "networks",
  "newsyslog.conf",
  "nscd.conf",
  "nsswitch.conf",
  "pam.d",
  "pccard_ether",
  "periodic",
  "phones",
  "profile",
  "protocols",
  "rc",
  "rc.bsdextended",
  "rc.d",
  "rc.initdiskless",
  "rc.resume",
  "rc.shutdown",
  "rc.subr",
  "rc.suspend",
  "remote",
  "rpc",
  "services",
  "shells",
  "syslog.conf",
  "termcap",
  "termcap.small",
  "ttys",
] as const;

/** Files below /etc that are ours to write in that case: the host's own would tell of the host. */
export const OWN_ETC: readonly { path: string; mode: number; text: string }[] = [
  {
    path: "hosts",
    mode: 0o644,
    text: "::1\t\tlocalhost localhost.my.domain\n127.0.0.1\tlocalhost localhost.my.domain\n",
  },
  { path: "ssh/sshd_config", mode: 0o644, text: "Subsystem\tsftp\t/usr/libexec/sftp-server\n" },
  { path: "ssh/ssh_config", mode: 0o644, text: "" },
  {
    path: "crontab",
    mode: 0o644,
    text: [
      "SHELL=/bin/sh",
      "PATH=/etc:/bin:/sbin:/usr/bin:/usr/sbin",
      "*/5\t*\t*\t*\t*\troot\t/usr/libexec/atrun",
      "0\t*\t*\t*\t*\troot\tnewsyslog",
      "1\t3\t*\t*\t*\troot\tperiodic daily",
      "15\t4\t*\t*\t6\troot\tperiodic weekly",
      "30\t5\t1\t*\t*\troot\tperiodic monthly",
      "",
    ].join("\n"),
  },
];

/** Whatever its source: files of newjail that make a machine the machine that it is, or that each jail writes for itself. */
export const IDENTITY = [
  "boot/entropy",
  "entropy",
  "etc/hostid",
  "etc/machine-id",
  "etc/resolv.conf",
  "etc/rc.conf",
  "etc/rc.conf.local",
  "etc/fstab",
  "etc/jail.conf",
  "etc/exports",
  "etc/master.passwd.orig",
  "etc/opiekeys",
  "etc/krb5.keytab",
  "etc/iscsi.conf",
  "etc/wpa_supplicant.conf",
  "var/db/dhclient.leases",
  "var/db/mounttab",
  // Root's git obeys its config, which can name programs and another work tree: only a .git that ports.update has made stays.
  "usr/ports/.git",
] as const;

/** Names of which every match in the directory goes: host keys of sshd, private keys. */
export const IDENTITY_PATTERNS: readonly { directory: string; name: RegExp }[] = [
  { directory: "etc", name: /\.key$|^dhclient.*\.leases/ },
  { directory: "etc/ssh", name: /^ssh_host_/ },
  { directory: "etc/ssl", name: /\.key$|^private$/ },
  { directory: "var/db/entropy", name: /^/ },
  { directory: "var/run", name: /^/ },
  { directory: "root/.ssh", name: /^/ },
];

const fieldsOf = (line: string): string[] => line.split(":");
/** FreeBSD's own accounts: below 1000, and nobody. */
const isSystemId = (id: string | undefined): boolean => /^\d+$/.test(id ?? "") && (Number(id) < 1000 || id === "65534");

/** master.passwd(5) without any password: each account is locked until passwd(1) is called in the jail. */
export function lockPasswords(text: string): string {
  return mapLines(text, (line) => {
    const [name, , ...rest] = fieldsOf(line);
    return [name, "*", ...rest].join(":");
  });
}

/** master.passwd(5) with FreeBSD's own accounts only, locked. */
export function pristineMasterPasswd(text: string): string {
  return lockPasswords(mapLines(text, (line) => (isSystemId(fieldsOf(line)[2]) ? line : null)));
}

/** group(5) with FreeBSD's own groups only, and of their members only root and system accounts named in `accounts`. */
export function pristineGroup(text: string, accounts: ReadonlySet<string>): string {
  return mapLines(text, (line) => {
    const [name, , gid, members] = fieldsOf(line);
    if (!isSystemId(gid) && gid !== "65533") return null;
    const kept = (members ?? "").split(",").filter((member) => accounts.has(member));
    return [name, "*", gid, kept.join(",")].join(":");
  });
}

/** @returns the names of the accounts in a master.passwd(5) */
export const accountNames = (text: string): Set<string> =>
  new Set(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => fieldsOf(line)[0]!),
  );

function mapLines(text: string, map: (line: string) => string | null): string {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (line.startsWith("#") ? line : map(line)))
    .filter((line) => line !== null)
    .map((line) => `${line}\n`)
    .join("");
}
