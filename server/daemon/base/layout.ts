/** Row 1 of the system: what all jails share, read-only. Everything else of a world is newjail's. */
export const BASE_DIRECTORIES = [
  "bin",
  "sbin",
  "lib",
  "libexec",
  "boot",
  "rescue",
  "usr/bin",
  "usr/sbin",
  "usr/include",
  "usr/lib",
  "usr/lib32",
  "usr/libdata",
  "usr/libexec",
  "usr/share",
  "usr/src",
  "usr/ports",
] as const;

/** In every base, empty if the world has none: filled later, without a change to any jail. */
export const ALWAYS_SHARED: readonly string[] = ["usr/src", "usr/ports"];

/** Without these a tree is no FreeBSD world. */
export const WORLD_MARKS = [
  { path: "bin", kind: "directory" },
  { path: "usr", kind: "directory" },
  { path: "etc", kind: "directory" },
  { path: "etc/rc", kind: "file" },
] as const;

/** Row 2: "our newjail stays under 8 MB". */
export const NEWJAIL_MAX_BYTES = 8 * 1024 * 1024;

/** A world with more entries than this is refused: a full one with sources and ports has some 300,000. */
export const WORLD_MAX_ENTRIES = 2_000_000;

export type SkeletonDirectory = { path: string; mode: number; uid?: number; gid?: number };

/** Directories of newjail beside /etc, for a base made from the running host, whose own may hold anything; after hier(7) and mtree's BSD.*.dist. */
export const SKELETON: readonly SkeletonDirectory[] = [
  { path: "dev", mode: 0o555 },
  { path: "home", mode: 0o755 },
  { path: "media", mode: 0o755 },
  { path: "mnt", mode: 0o755 },
  { path: "net", mode: 0o755 },
  { path: "proc", mode: 0o555 },
  { path: "root", mode: 0o755 },
  { path: "tmp", mode: 0o1777 },
  { path: "usr", mode: 0o755 },
  { path: "usr/local", mode: 0o755 },
  { path: "usr/obj", mode: 0o755 },
  { path: "var", mode: 0o755 },
  { path: "var/account", mode: 0o755 },
  { path: "var/at", mode: 0o755 },
  { path: "var/at/jobs", mode: 0o755, uid: 1, gid: 1 },
  { path: "var/at/spool", mode: 0o755, uid: 1, gid: 1 },
  { path: "var/audit", mode: 0o750, gid: 77 },
  { path: "var/backups", mode: 0o750 },
  { path: "var/cache", mode: 0o755 },
  { path: "var/crash", mode: 0o750 },
  { path: "var/cron", mode: 0o750 },
  { path: "var/cron/tabs", mode: 0o700 },
  { path: "var/db", mode: 0o755 },
  { path: "var/db/entropy", mode: 0o700 },
  { path: "var/db/freebsd-update", mode: 0o700 },
  { path: "var/db/ports", mode: 0o755 },
  { path: "var/db/services", mode: 0o755 },
  { path: "var/empty", mode: 0o555 },
  { path: "var/games", mode: 0o775, gid: 13 },
  { path: "var/log", mode: 0o755 },
  { path: "var/mail", mode: 0o775, gid: 6 },
  { path: "var/msgs", mode: 0o755, uid: 1, gid: 1 },
  { path: "var/preserve", mode: 0o755 },
  { path: "var/run", mode: 0o755 },
  { path: "var/rwho", mode: 0o775, gid: 1 },
  { path: "var/spool", mode: 0o755 },
  { path: "var/spool/clientmqueue", mode: 0o770, uid: 25, gid: 25 },
  { path: "var/spool/lock", mode: 0o775, uid: 66, gid: 68 },
  { path: "var/spool/lpd", mode: 0o755 },
  { path: "var/spool/mqueue", mode: 0o755 },
  { path: "var/spool/output", mode: 0o755 },
  { path: "var/tmp", mode: 0o1777 },
  { path: "var/yp", mode: 0o755 },
];
