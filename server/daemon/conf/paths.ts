import { BaseName } from "../../contract/base.ts";
import { JailName } from "../../contract/names.ts";

/** Where things lie on this host (knastd's options --jails, --etc, --log): absolute, no slash at the end. */
export type HostPaths = { jails: string; etc: string; log: string };

/** One place that derives every path of a jail. All take a JailName and throw a ZodError on any other string, so that `..` or "" never becomes a path. */
export const jailTree = (paths: HostPaths, name: string): string => `${paths.jails}/${JailName.parse(name)}`;
export const jailConfFile = (paths: HostPaths, name: string): string =>
  `${paths.etc}/jail.conf.d/${JailName.parse(name)}.conf`;
export const fstabFile = (paths: HostPaths, name: string): string => `${paths.etc}/fstab.${JailName.parse(name)}`;
/** rctl.conf(5) of the host: the limits of all jails. */
export const rctlConfFile = (paths: Pick<HostPaths, "etc">): string => `${paths.etc}/rctl.conf`;
export const consoleLogFile = (paths: HostPaths, name: string): string =>
  `${paths.log}/jail_${JailName.parse(name)}_console.log`;
/** A base's shared part, JAILS/basejail or JAILS/basejail-NAME. */
export const basejailTree = (paths: Pick<HostPaths, "jails">, base = "basejail"): string =>
  `${paths.jails}/${BaseName.parse(base)}`;
/** The skeleton that belongs to it, JAILS/newjail or JAILS/newjail-NAME. */
export const newjailTree = (paths: Pick<HostPaths, "jails">, base = "basejail"): string =>
  `${paths.jails}/${BaseName.parse(base).replace(/^basejail/, "newjail")}`;
