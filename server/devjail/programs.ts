import type { Program } from "./io.ts";
import { jail } from "./jail/main.ts";
import { jls } from "./jls.ts";
import { ifconfig } from "./ifconfig.ts";
import { mount } from "./mount.ts";
import { umount } from "./umount.ts";
import { zfs } from "./zfs/zfs.ts";
import { fetchFile } from "./tools/fetch.ts";
import { freebsdUpdate } from "./tools/freebsd-update.ts";
import { pgrep } from "./tools/pgrep.ts";
import { ping } from "./tools/ping.ts";
import { procstat } from "./tools/procstat.ts";
import { ps } from "./tools/ps.ts";
import { rctl } from "./tools/rctl.ts";
import { service } from "./tools/service.ts";
import { chflags, devfs, df, freebsdVersion, hostname, kldstat, pwdMkdb, rm, sysctl } from "./tools/small.ts";
import { sockstat } from "./tools/sockstat.ts";
import { sysrc } from "./tools/sysrc.ts";

/** What stands in DIR/bin under FreeBSD's names, done here. jexec is native. */
export const PROGRAMS: Record<string, Program> = {
  chflags,
  devfs,
  df,
  fetch: fetchFile,
  "freebsd-update": freebsdUpdate,
  "freebsd-version": freebsdVersion,
  hostname,
  ifconfig,
  jail,
  jls,
  kldstat,
  mount,
  pgrep,
  ping,
  pkill: pgrep,
  procstat,
  ps,
  pwd_mkdb: pwdMkdb,
  rctl,
  rm,
  service,
  sockstat,
  sysctl,
  sysrc,
  umount,
  zfs,
};

/** What native/launch.c becomes a program of the machine for. */
export const MACHINE_PROGRAMS = ["cp", "du", "git", "sh", "sleep", "stty", "tar"];
