import type { Flavour } from "../../contract/flavour.ts";
import type { JailSpec } from "../../contract/jail.ts";
import { FIRST_BOOT_RC, FIRST_BOOT_SCRIPT, FIRST_BOOT_SENTINEL, firstBootRc } from "./first-boot.ts";
import { ACCOUNT, authorizedKeys, rcConf, resolvConf } from "./skeleton-files.ts";

/** A file of a new jail: its path inside, permissions, text. */
export type NewFile = { path: string; mode: number; text: string };

const RC_CONF = "/etc/rc.conf";

/**
 * @param network lines of vnetRcConf()
 * @returns rc.conf(5): the panel's lines, then the flavour's, of which sh(1) takes the later
 */
export function newRcConf(spec: JailSpec, flavour: Flavour | null, network?: readonly string[]): string {
  const more = flavour?.files.find((file) => file.path === RC_CONF)?.text ?? "";
  const end = more === "" || more.endsWith("\n") ? "" : "\n";
  return rcConf({ sshd: spec.sshKeys.length > 0, network }) + (more && `# flavour ${flavour!.name}\n${more}${end}`);
}

/** @returns what a flavour puts into a new tree beside its rc.conf, all of it root's */
export function flavourFiles(flavour: Flavour | null): NewFile[] {
  if (!flavour) return [];
  const files: NewFile[] = flavour.files.filter((file) => file.path !== RC_CONF);
  if (flavour.firstBoot.trim() === "") return files;
  return [
    ...files,
    { path: FIRST_BOOT_SCRIPT, mode: 0o700, text: flavour.firstBoot },
    { path: FIRST_BOOT_RC, mode: 0o555, text: firstBootRc() },
    { path: FIRST_BOOT_SENTINEL, mode: 0o644, text: "" },
  ];
}

/** @returns every file that is written into the skeleton's copy, but for the account databases; for a plan */
export function newJailFiles(
  spec: JailSpec,
  flavour: Flavour | null,
  nameservers: readonly string[],
  network?: readonly string[],
): NewFile[] {
  const files: NewFile[] = [
    { path: "/etc/resolv.conf", mode: 0o644, text: resolvConf(spec.nameservers ?? nameservers) },
    { path: RC_CONF, mode: 0o644, text: newRcConf(spec, flavour, network) },
    ...flavourFiles(flavour),
  ];
  if (spec.sshKeys.length > 0)
    files.push({ path: `${ACCOUNT.home}/.ssh/authorized_keys`, mode: 0o600, text: authorizedKeys(spec.sshKeys) });
  return files;
}
