import { JailName } from "../../contract/names.ts";

/** Where things lie on this host (knastd's options --jails, --etc, --log): absolute, no slash at the end. */
export type HostPaths = { jails: string; etc: string; log: string };

/** One place that derives every path of a jail. All take a JailName and throw a ZodError on any other string, so that `..` or "" never becomes a path. */
export const jailTree = (paths: HostPaths, name: string): string => `${paths.jails}/${JailName.parse(name)}`;
export const jailConfFile = (paths: HostPaths, name: string): string =>
  `${paths.etc}/jail.conf.d/${JailName.parse(name)}.conf`;
export const fstabFile = (paths: HostPaths, name: string): string => `${paths.etc}/fstab.${JailName.parse(name)}`;
export const consoleLogFile = (paths: HostPaths, name: string): string =>
  `${paths.log}/jail_${JailName.parse(name)}_console.log`;
export const basejailTree = (paths: Pick<HostPaths, "jails">): string => `${paths.jails}/basejail`;
export const newjailTree = (paths: Pick<HostPaths, "jails">): string => `${paths.jails}/newjail`;
