import type { Manifest } from "@/server/contract/archive.ts";

/** @returns what a person types on a plain FreeBSD to make the archive's jail there, with nothing of ours */
export function stepsElsewhere(archive: string, { name, baseRelease, settings }: Manifest): string {
  const tree = `/usr/jails/${name}`;
  return [
    `# The file is a plain tar: manifest.json, jail.conf, fstab and the jail's files as tree.tar.`,
    `# Its programs come from a base of FreeBSD ${baseRelease ?? "the same release"} in /usr/jails/basejail.`,
    `mkdir -p -m 700 /usr/jails && mkdir -m 755 ${tree}`,
    `tar -xOf ${archive} tree.tar | tar -xpf - --numeric-owner -C ${tree}`,
    `tar -xOf ${archive} jail.conf > /etc/jail.conf.d/${name}.conf`,
    `tar -xOf ${archive} fstab > /etc/fstab.${name}`,
    `# Read both files before you use them: change path, interface and ${settings?.ip4[0] ?? "address"} to what this host has.`,
    `vi /etc/jail.conf.d/${name}.conf /etc/fstab.${name}`,
    `jail -f /etc/jail.conf.d/${name}.conf -c ${name}`,
    "",
  ].join("\n");
}
