/** master.passwd(5) to what other programs read. */

type Account = { name: string; uid: string; gid: string; gecos: string; home: string; shell: string };

/** @returns the accounts of a master.passwd; @throws Error naming the line that is not one */
function readMaster(text: string): Account[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const f = line.split(":");
      if (f.length !== 10 || !f[0] || !/^[0-9]+$/.test(f[2]!) || !/^[0-9]+$/.test(f[3]!))
        throw new Error(`corrupted entry: ${line.slice(0, 40)}`);
      return { name: f[0], uid: f[2]!, gid: f[3]!, gecos: f[7]!, home: f[8]!, shell: f[9]! };
    });
}

/** passwd(5), as pwd_mkdb -p writes it: no passwords, no class. */
export const passwdOf = (master: string): string =>
  readMaster(master)
    .map((a) => `${a.name}:*:${a.uid}:${a.gid}:${a.gecos}:${a.home}:${a.shell}\n`)
    .join("");

/** shadow(5) of Linux: every account locked, so that Linux's own tools in a jail find what they look for. */
export const shadowOf = (master: string): string =>
  readMaster(master)
    .map((a) => `${a.name}:*:19000:0:99999:7:::\n`)
    .join("");
