import type { Program } from "./io.ts";
import { jail } from "./jail/main.ts";
import { jls } from "./jls.ts";
import { ifconfig } from "./ifconfig.ts";
import { mount } from "./mount.ts";
import { umount } from "./umount.ts";
import { pgrep } from "./tools/pgrep.ts";
import { ps } from "./tools/ps.ts";
import { rctl } from "./tools/rctl.ts";
import { service } from "./tools/service.ts";
import { chflags, devfs, df, freebsdVersion, hostname, pwdMkdb, rm, sysctl } from "./tools/small.ts";
import { sockstat } from "./tools/sockstat.ts";
import { sysrc } from "./tools/sysrc.ts";

/** What stands in DIR/bin under FreeBSD's names, done here. jexec is native. */
export const PROGRAMS: Record<string, Program> = {
  chflags,
  devfs,
  df,
  "freebsd-version": freebsdVersion,
  hostname,
  ifconfig,
  jail,
  jls,
  mount,
  pgrep,
  pkill: pgrep,
  ps,
  pwd_mkdb: pwdMkdb,
  rctl,
  rm,
  service,
  sockstat,
  sysctl,
  sysrc,
  umount,
};

/** What native/launch.c becomes a program of the machine for. */
export const MACHINE_PROGRAMS = ["cp", "du", "sh", "sleep", "stty", "tar"];
