import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DevHost } from "../fixture.ts";

/** The base's directories, row 1 of the system. */
const BASE =
  "bin boot lib libexec rescue sbin usr/bin usr/include usr/lib usr/lib32 usr/libdata usr/libexec usr/ports usr/sbin usr/share usr/src".split(
    " ",
  );

/** Splits the host's world into JAILS/basejail and JAILS/newjail, as a base install does. */
export function installBase(host: DevHost): void {
  const [base, skeleton] = [join(host.jails, "basejail"), join(host.jails, "newjail")];
  cpSync(host.world, skeleton, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  for (const name of BASE) {
    mkdirSync(dirname(join(base, name)), { recursive: true });
    renameSync(join(skeleton, name), join(base, name));
    symlinkSync(`/basejail/${name}`, join(skeleton, name));
  }
  mkdirSync(join(skeleton, "basejail"));
}

export type Made = { name: string; path: string; config: string; address: string };

/**
 * A jail like the recorded ones.
 * @param last last number of its address in the host's pool
 * @param more lines that go to the end of its block
 */
export function makeJail(host: DevHost, name: string, last: number, more = ""): Made {
  const path = join(host.jails, name);
  const address = host.pool.replace(/\.0\/24$/, `.${last}`);
  cpSync(join(host.jails, "newjail"), path, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(path, "etc/rc.conf"), 'syslogd_flags="-ss"\n');
  writeFileSync(join(host.etc, `fstab.${name}`), `${host.jails}/basejail ${path}/basejail nullfs ro 0 0\n`);
  const config = join(host.etc, "jail.conf.d", `${name}.conf`);
  writeFileSync(
    config,
    `${name} {
\tpath = '${path}';
\thost.hostname = '${name.replaceAll("_", ".")}';
\tinterface = '${host.interface}';
\tip4.addr = '${address}/32';
\tmount.fstab = '${host.etc}/fstab.${name}';
\tmount.devfs;
\tdevfs_ruleset = 4;
\tmount.fdescfs;
\tmount.procfs;
\tallow.noset_hostname;
\tsysvmsg = 'new'; sysvsem = 'new'; sysvshm = 'new';
\tenforce_statfs = 2;
\texec.clean;
\texec.start = '/bin/sh /etc/rc';
\texec.stop = '/bin/sh /etc/rc.shutdown jail';
\texec.consolelog = '${host.log}/jail_${name}_console.log';
\texec.timeout = 120; stop.timeout = 30;
${more}}
`,
  );
  writeFileSync(join(host.etc, "jail.conf"), `.include "${host.etc}/jail.conf.d/*.conf";\n`);
  return { name, path, config, address };
}
