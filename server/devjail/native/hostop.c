/*
 * System calls that node has no name for, one job a run: `hostop JOB ARG…`. Says what went wrong on stderr as
 * "ERRNAME message" (node maps it to the words of the command it stands for) and exits 1.
 */
#include "rtnetlink.h"
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>

static int fail(const char *what) {
	fprintf(stderr, "%d %s: %s\n", errno, what, strerror(errno));
	return 1;
}

/* As ro as the source's own mount and `ro` say; a remount must repeat the flags that were locked for a user namespace. */
static int bind_one(const char *source, const char *target, int ro) {
	if (mount(source, target, NULL, MS_BIND | MS_REC, NULL)) return fail("bind");
	if (!ro) return 0;
	struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
	if (syscall(SYS_mount_setattr, AT_FDCWD, target, AT_RECURSIVE, &attr, sizeof attr)) {
		int error = errno;
		umount2(target, MNT_DETACH);
		errno = error;
		return fail("read-only");
	}
	return 0;
}

/* nullfs ro|rw SOURCE TARGET [MACHINE-DIR BELOW]…: the tree, then the machine's directories read-only below it; all or nothing. */
static int nullfs(int argc, char **argv) {
	const char *target = argv[2];
	if (mount(argv[1], target, NULL, MS_BIND, NULL)) return fail("bind");
	int failed = 0;
	for (int i = 3; !failed && i + 1 < argc; i += 2) failed = bind_one(argv[i], argv[i + 1], 1);
	if (!failed && !strcmp(argv[0], "ro")) {
		struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
		if (syscall(SYS_mount_setattr, AT_FDCWD, target, 0, &attr, sizeof attr)) failed = fail("read-only");
	}
	if (failed) umount2(target, MNT_DETACH);
	return failed;
}

/* Empty but for the names that ruleset 4 leaves: the jail gets a /dev of its own, this one is what the host sees. */
static int devfs(const char *target) {
	if (mount("devfs", target, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=555,size=64k,nr_inodes=32")) return fail("devfs");
	char path[PATH_MAX + 32];
	snprintf(path, sizeof path, "%s/fd", target);
	if (mkdir(path, 0555)) return fail("fd");
	static const struct {
		const char *name;
		unsigned mode, major, minor;
	} nodes[] = {{"null", 0666, 1, 3}, {"zero", 0666, 1, 5}, {"random", 0644, 1, 9}};
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
		snprintf(path, sizeof path, "%s/%s", target, nodes[i].name);
		/* A user namespace makes no nodes: the host's view then lacks them, the jail's has them. */
		if (mknod(path, S_IFCHR | nodes[i].mode, makedev(nodes[i].major, nodes[i].minor)) && errno != EPERM) return fail("node");
	}
	const char *links[][2] = {{"fd/0", "stdin"}, {"fd/1", "stdout"}, {"fd/2", "stderr"}, {"random", "urandom"}};
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%s", target, links[i][1]);
		if (symlink(links[i][0], path)) return fail("link");
	}
	return 0;
}

static int empty(const char *type, const char *target) {
	return mount(type, target, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=555,size=4k,nr_inodes=2") ? fail(type)
	                                                                                                           : 0;
}

/* bridge NAME ADDRESS/BITS… */
static int bridge(int argc, char **argv) {
	int fd = open_rtnetlink(), error = make_bridge(fd, argv[0]);
	if (error && error != EEXIST) return errno = error, fail("bridge");
	int index = (int)if_nametoindex(argv[0]);
	for (int i = 1; i < argc; i++) {
		struct address a;
		if (parse_address(argv[i], &a)) return errno = EINVAL, fail(argv[i]);
		/* A machine without IPv6 still has a devjail. */
		if ((error = add_address(fd, index, &a)) && a.family == AF_INET) return errno = error, fail(argv[i]);
	}
	if ((error = link_up(fd, index))) return errno = error, fail("up");
	if ((index = (int)if_nametoindex("lo"))) link_up(fd, index);
	return 0;
}

/* unlink NAME…: deletes links; those that are gone already are fine. */
static int unlink_links(int argc, char **argv) {
	int fd = open_rtnetlink(), failed = 0;
	for (int i = 0; i < argc; i++) {
		int index = (int)if_nametoindex(argv[i]);
		int error = index ? link_delete(fd, index) : 0;
		if (error && error != ENODEV) errno = error, failed = fail(argv[i]);
	}
	return failed;
}

/* route add|del LINK ADDRESS… */
static int route(int argc, char **argv) {
	int fd = open_rtnetlink(), index = (int)if_nametoindex(argv[1]), failed = 0;
	if (!index) return 0;
	for (int i = 2; i < argc; i++) {
		struct address a;
		if (parse_address(argv[i], &a)) return errno = EINVAL, fail(argv[i]);
		int error = change_route(fd, !strcmp(argv[0], "add"), index, a.family, &a);
		if (error && error != ESRCH && error != ENODEV && a.family == AF_INET) errno = error, failed = fail(argv[i]);
	}
	return failed;
}

/* pair ONE TWO: a cable with both ends on the host. */
static int pair(char **argv) {
	int fd = open_rtnetlink(), error = make_pair(fd, argv[0], argv[1]);
	return error ? (errno = error, fail(argv[0])) : 0;
}

/* member LINK BRIDGE|-: makes a link a port of a bridge, and switches it on. */
static int member(char **argv) {
	int fd = open_rtnetlink(), index = (int)if_nametoindex(argv[0]), error;
	int bridge = strcmp(argv[1], "-") ? (int)if_nametoindex(argv[1]) : 0;
	if (!index || (!bridge && strcmp(argv[1], "-"))) return errno = ENODEV, fail(argv[0]);
	if ((error = set_master(fd, index, bridge)) || (error = link_up(fd, index))) return errno = error, fail(argv[0]);
	return 0;
}

/* move LINK PID NAME */
static int move(char **argv) {
	int fd = open_rtnetlink(), index = (int)if_nametoindex(argv[0]), error;
	if (!index) return errno = ENODEV, fail(argv[0]);
	if ((error = move_link(fd, index, atoi(argv[1]), argv[2]))) return errno = error, fail(argv[0]);
	return 0;
}

/*
 * address add|del PID LINK ADDRESS/BITS…: of a link in the net namespace of PID; 0: of the host. In a jail the link is switched on
 * and becomes the default route.
 */
static int address(int argc, char **argv) {
	pid_t pid = atoi(argv[1]);
	if (pid) {
		int other = pidfd_of(pid);
		if (other < 0 || setns(other, CLONE_NEWNET)) return fail("net namespace");
		close(other);
	}
	int fd = open_rtnetlink(), index = (int)if_nametoindex(argv[2]), error;
	if (!index) return errno = ENODEV, fail(argv[2]);
	if ((error = link_up(fd, index))) return errno = error, fail("up");
	for (int i = 3; i < argc; i++) {
		struct address a;
		if (parse_address(argv[i], &a)) return errno = EINVAL, fail(argv[i]);
		error = !strcmp(argv[0], "add") ? add_address(fd, index, &a) : delete_address(fd, index, &a);
		if (error && error != EADDRNOTAVAIL && a.family == AF_INET) return errno = error, fail(argv[i]);
		if (pid && !error) change_route(fd, 1, index, a.family, NULL);
	}
	return 0;
}

int main(int argc, char **argv) {
	char dir[PATH_MAX];
	if (argc < 3) return 64;
	const char *job = argv[1];
	/* A host whose keeper was killed has no namespaces to join, and still links on the machine. */
	if (state_dir(dir) || (join_host(dir) && strcmp(job, "unlink"))) return errno = ENXIO, fail("join");
	argc -= 2;
	argv += 2;
	if (!strcmp(job, "nullfs") && argc >= 3) return nullfs(argc, argv);
	if (!strcmp(job, "devfs")) return devfs(argv[0]);
	if (!strcmp(job, "fdescfs") || !strcmp(job, "procfs")) return empty(job, argv[0]);
	if (!strcmp(job, "umount")) return umount2(argv[0], MNT_DETACH | UMOUNT_NOFOLLOW) ? fail("umount") : 0;
	if (!strcmp(job, "bridge")) return bridge(argc, argv);
	if (!strcmp(job, "unlink")) return unlink_links(argc, argv);
	if (!strcmp(job, "route") && argc >= 2) return route(argc, argv);
	if (!strcmp(job, "pair") && argc == 2) return pair(argv);
	if (!strcmp(job, "member") && argc == 2) return member(argv);
	if (!strcmp(job, "move") && argc == 3) return move(argv);
	if (!strcmp(job, "address") && argc >= 3) return address(argc, argv);
	return 64;
}
