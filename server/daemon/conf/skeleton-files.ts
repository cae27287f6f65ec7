/** resolv.conf(5). */
export const resolvConf = (nameservers: readonly string[]): string =>
  nameservers.map((address) => `nameserver ${address}\n`).join("");

/**
 * A new jail's rc.conf(5): syslogd without a socket on the network, no mail daemon, sshd when somebody has a key.
 * @param network lines of vnetRcConf()
 */
export const rcConf = ({ sshd, network = [] }: { sshd: boolean; network?: readonly string[] | undefined }): string =>
  ['syslogd_flags="-ss"', 'sendmail_enable="NONE"', ...(sshd ? ['sshd_enable="YES"'] : []), ...network]
    .map((line) => `${line}\n`)
    .join("");

/** newjail's make.conf(5): /usr/ports is read-only in a jail, so what a port builds goes below /var/ports (row 16). */
export const makeConf = (): string =>
  ["WRKDIRPREFIX=/var/ports", "DISTDIR=/var/ports/distfiles", "PACKAGES=/var/ports/packages", "INDEXDIR=/var/ports"]
    .map((line) => `${line}\n`)
    .join("");

/** authorized_keys: keys that are SshKey of the contract, one a line. */
export const authorizedKeys = (keys: readonly string[]): string => keys.map((key) => `${key.trim()}\n`).join("");

/** The account that a friend's ssh key opens; becomes root by su(1) as a member of wheel. */
export const ACCOUNT = { name: "admin", home: "/home/admin", shell: "/bin/csh" } as const;

export type AccountFiles = { masterPasswd: string; group: string };

/**
 * Adds ACCOUNT to the two files of a new jail; files that have it already come back as they are, but for wheel.
 * @returns both texts and the ids; the password is `*`: nobody signs in by password
 * @throws RangeError when every id from 1001 to 31999 is taken
 */
export function addAccount(files: AccountFiles): AccountFiles & { uid: number; gid: number } {
  const users = rows(files.masterPasswd);
  let groups = rows(files.group);
  const own = users.find((user) => user[0] === ACCOUNT.name);
  const ownGroup = groups.find((group) => group[0] === ACCOUNT.name);
  const taken = new Set([...users.flatMap((user) => [user[2], user[3]]), ...groups.map((group) => group[2])]);
  const free = Array.from({ length: 30_999 }, (_, i) => `${1001 + i}`).find((id) => !taken.has(id));
  if (free === undefined) throw new RangeError("no free id for the account");
  const uid = own?.[2] ?? free;
  const gid = own?.[3] ?? ownGroup?.[2] ?? uid;
  if (!own) users.push([ACCOUNT.name, "*", uid, gid, "", "0", "0", "Admin of this jail", ACCOUNT.home, ACCOUNT.shell]);
  if (!ownGroup && !groups.some((group) => group[2] === gid)) groups.push([ACCOUNT.name, "*", gid, ""]);
  if (!groups.some((group) => group[0] === "wheel")) groups = [["wheel", "*", "0", "root"], ...groups];
  groups = groups.map((group) => (group[0] === "wheel" ? [...group.slice(0, 3), withMember(group[3])] : group));
  return { masterPasswd: text(users), group: text(groups), uid: Number(uid), gid: Number(gid) };
}

function withMember(members: string | undefined): string {
  const names = (members ?? "").split(",").filter((name) => name !== "");
  return (names.includes(ACCOUNT.name) ? names : [...names, ACCOUNT.name]).join(",");
}

/** Lines split at their colons; a comment is one field and stays. */
const rows = (text: string): string[][] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (line.startsWith("#") ? [line] : line.split(":")));
const text = (lines: string[][]): string => lines.map((fields) => `${fields.join(":")}\n`).join("");
