/* A jail's root: its tree, a /dev and a /proc of its own, and nothing of the machine behind them. */
#ifndef DEVJAIL_ROOT_H
#define DEVJAIL_ROOT_H

#include "host.h"
#include <sys/mount.h>
#include <sys/sysmacros.h>

struct plan {
	const char *path, *hostname, *bridge, *veth, *inside;
	unsigned allow;
	int devfs, addresses;
	char **address;
	/* where the kernel reads our command line */
	char *title;
	size_t title_size;
};

static int report = 1;

static void fail(const char *what) {
	dprintf(report, "failed %s: %s\n", what, strerror(errno));
	_exit(1);
}

/* What of /proc beside the processes a jail's programs read; all else is covered, and nothing of it can be written. */
static const char *const proc_kept[] = {"cmdline", "cpuinfo", "diskstats", "filesystems", "loadavg",     "meminfo", "mounts",
                                        "net",     "self",    "stat",      "swaps",       "thread-self", "uptime",  "version",
                                        "vmstat",  NULL};

static void cover(const char *path, int directory) {
	if (directory) {
		if (mount("none", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=555,size=4k,nr_inodes=2")) fail(path);
		return;
	}
	if (mount("/dev/null", path, NULL, MS_BIND, NULL)) fail(path);
}

static void read_only(const char *path) {
	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL)) fail(path);
	if (mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) fail(path);
}

/* True when `path` in the jail's tree is a directory itself: what lies there may be a link that a jailed root planted. */
static int real_directory(const char *path) {
	struct stat st;
	return !lstat(path, &st) && S_ISDIR(st.st_mode);
}

static void make_proc(int devfs) {
	if (!real_directory("/proc")) return;
	umount2("/proc", MNT_DETACH | UMOUNT_NOFOLLOW);
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) fail("mount /proc");
	char covered[128][64], path[80];
	int directories[128], count = 0;
	DIR *dir = opendir("/proc");
	if (!dir) fail("/proc");
	for (struct dirent *e; (e = readdir(dir)) && count < 128;) {
		if (e->d_name[0] == '.' || (e->d_name[0] >= '0' && e->d_name[0] <= '9') || e->d_type == DT_LNK) continue;
		int keep = !strcmp(e->d_name, "sys");
		for (const char *const *k = proc_kept; *k && !keep; k++) keep = !strcmp(*k, e->d_name);
		if (keep) continue;
		snprintf(covered[count], sizeof covered[count], "%.60s", e->d_name);
		directories[count++] = e->d_type == DT_DIR;
	}
	closedir(dir);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "/proc/%.60s", covered[i]);
		/* Files need a node to be covered by; without a /dev of ours an empty directory's file system can't serve. */
		if (directories[i] || devfs) cover(path, directories[i]);
		else read_only(path);
	}
	read_only("/proc/sys");
}

static const struct {
	const char *name;
	unsigned mode, major, minor;
} nodes[] = {{"null", 0666, 1, 3}, {"zero", 0666, 1, 5}, {"random", 0644, 1, 9}, {"tty", 0666, 5, 0}};
#define NODES (sizeof nodes / sizeof *nodes)

/* A user namespace makes no nodes: there the machine's own are bound, taken before the root changes. */
static int taken[NODES];

static void take_nodes(void) {
	char path[64];
	for (size_t i = 0; i < NODES; i++) {
		snprintf(path, sizeof path, "/dev/%s", nodes[i].name);
		taken[i] = (int)syscall(SYS_open_tree, AT_FDCWD, path, 1u /* OPEN_TREE_CLONE */ | O_CLOEXEC);
	}
}

static void make_dev(void) {
	if (!real_directory("/dev")) {
		errno = ENOTDIR;
		fail("/dev");
	}
	umount2("/dev/fd", MNT_DETACH | UMOUNT_NOFOLLOW);
	umount2("/dev", MNT_DETACH | UMOUNT_NOFOLLOW);
	if (mount("devfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k,nr_inodes=64")) fail("mount /dev");
	umask(0);
	char path[64];
	for (size_t i = 0; i < NODES; i++) {
		snprintf(path, sizeof path, "/dev/%s", nodes[i].name);
		if (!mknod(path, S_IFCHR | nodes[i].mode, makedev(nodes[i].major, nodes[i].minor))) continue;
		int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
		if (fd < 0) fail(path);
		close(fd);
		if (taken[i] < 0 || syscall(SYS_move_mount, taken[i], "", AT_FDCWD, path, 4u /* MOVE_MOUNT_F_EMPTY_PATH */)) fail(path);
		mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL);
	}
	const char *links[][2] = {{"/proc/self/fd", "/dev/fd"}, {"fd/0", "/dev/stdin"},  {"fd/1", "/dev/stdout"},
	                          {"fd/2", "/dev/stderr"},      {"random", "/dev/urandom"}, {"pts/ptmx", "/dev/ptmx"}};
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (symlink(links[i][0], links[i][1])) fail(links[i][1]);
	if (mkdir("/dev/pts", 0755)) fail("/dev/pts");
	if (mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620")) fail("/dev/pts");
	if (mount(NULL, "/dev", NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC, "mode=755,size=64k,nr_inodes=64")) fail("/dev");
	umask(022);
}

/* The jail's tree with what is mounted below becomes the root; nothing of the machine's tree stays reachable. */
static void make_root(const struct plan *plan) {
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) fail("private");
	take_nodes();
	if (chdir(plan->path)) fail(plan->path);
	char here[PATH_MAX];
	if (!getcwd(here, sizeof here)) fail("getcwd");
	if (mount(here, here, NULL, MS_BIND | MS_REC, NULL)) fail("bind");
	if (chdir(here)) fail(here);
	if (syscall(SYS_pivot_root, ".", ".")) fail("pivot_root");
	/* The old root lies on top of "." now; "/" is the jail's tree already. A new proc needs the old one still in sight. */
	if (plan->devfs) make_dev();
	make_proc(plan->devfs);
	if (umount2(".", MNT_DETACH)) fail("umount of the old root");
	if (chdir("/")) fail("/");
	for (size_t i = 0; i < NODES; i++)
		if (taken[i] >= 0) close(taken[i]);
}

#endif
