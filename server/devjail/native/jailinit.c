/*
 * Makes a jail and is its process 1: `jailinit PATH HOSTNAME BRIDGE VETH INSIDE ALLOW DEVFS ADDRESS…`, in the host's namespaces.
 * Prints "ready PID START" when the jail stands, then waits for "go" on stdin; without it the jail is gone again, so a
 * jail(8) killed before it noted the jail leaves none. Process 1 reaps, and ends when it should not persist and is alone.
 */
#include "confine.h"
#include "rtnetlink.h"
#include <poll.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>

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

static void make_network(const struct plan *plan) {
	int fd = open_rtnetlink(), index, error, families[2] = {0, 0};
	if (fd < 0) fail("rtnetlink");
	if ((index = (int)if_nametoindex("lo"))) link_up(fd, index);
	if (plan->addresses) {
		if (!(index = (int)if_nametoindex(plan->inside))) fail(plan->inside);
		for (int i = 0; i < plan->addresses; i++) {
			struct address a;
			if (parse_address(plan->address[i], &a)) errno = EINVAL, fail(plan->address[i]);
			a.bits = (int)(8 * length_of(&a));
			error = add_address(fd, index, &a);
			if (error && a.family == AF_INET) errno = error, fail(plan->address[i]);
			if (!error) families[a.family == AF_INET6] = 1;
		}
		if ((error = link_up(fd, index))) errno = error, fail("up");
		if (families[0] && (error = change_route(fd, 1, index, AF_INET, NULL))) errno = error, fail("route");
		if (families[1]) change_route(fd, 1, index, AF_INET6, NULL);
	}
	close(fd);
}

/* Processes that came by jexec are no children of ours: only /proc knows them. */
static int alone(void) {
	DIR *dir = opendir("/proc");
	if (!dir) return 0;
	int others = 0;
	for (struct dirent *e; (e = readdir(dir)) && !others;) {
		int pid = atoi(e->d_name);
		others = pid > 1 && start_of(pid) != 0;
	}
	closedir(dir);
	return !others;
}

static void reap_forever(void) {
	sigset_t set;
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	signal(SIGCHLD, SIG_DFL);
	for (int persist = 1;;) {
		int left;
		while ((left = waitpid(-1, NULL, WNOHANG)) > 0) continue;
		if (!persist && left < 0 && alone()) _exit(0);
		/* Only someone who came by jexec is left: nobody tells us of his end. */
		struct timespec soon = {0, 200 * 1000 * 1000};
		siginfo_t info;
		int signal = !persist && left < 0 ? sigtimedwait(&set, &info, &soon) : sigwaitinfo(&set, &info);
		/* si_pid 0: from outside of the jail. A jailed root can't change what jail(8) decided. */
		if ((signal == SIGUSR1 || signal == SIGUSR2) && info.si_pid == 0) persist = signal == SIGUSR2;
	}
}

static char stack[256 * 1024] __attribute__((aligned(64)));
static int channel[2];

static int process_one(void *argument) {
	const struct plan *plan = argument;
	char word = 0;
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_NAME, "init");
	close(channel[0]);
	setsid();
	if (sethostname(plan->hostname, strlen(plan->hostname))) fail("sethostname");
	make_root(plan);
	/* The parent puts our end of the cable into this namespace, then says so. */
	if (write(channel[1], "r", 1) != 1 || read(channel[1], &word, 1) != 1) _exit(1);
	make_network(plan);
	if (confine(plan->allow)) fail("confine");
	if (write(channel[1], "R", 1) != 1 || read(channel[1], &word, 1) != 1 || word != 'g') _exit(1);
	close_from(0);
	/* The jail sees its process 1; the host's paths are none of its business. */
	memset(plan->title, 0, plan->title_size);
	memcpy(plan->title, "init", plan->title_size > 4 ? 4 : plan->title_size - 1);
	reap_forever();
	return 0;
}

int main(int argc, char **argv) {
	char dir[PATH_MAX], word = 0;
	if (argc < 8) return 64;
	if (state_dir(dir) || join_host(dir)) errno = ENXIO, fail("join");
	struct plan plan = {.path = argv[1],
	                    .hostname = argv[2],
	                    .bridge = argv[3],
	                    .veth = argv[4],
	                    .inside = argv[5],
	                    .allow = (unsigned)atoi(argv[6]),
	                    .devfs = atoi(argv[7]),
	                    .addresses = argc - 8,
	                    .address = argv + 8,
	                    .title = argv[0],
	                    .title_size = (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) + 1 - argv[0])};
	close_from(3);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel)) fail("socketpair");
	int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | SIGCHLD;
	pid_t pid = clone(process_one, stack + sizeof stack, flags, &plan);
	if (pid < 0) fail("clone");
	close(channel[1]);
	if (read(channel[0], &word, 1) != 1) return 1;
	if (plan.addresses) {
		int fd = open_rtnetlink(), bridge = (int)if_nametoindex(plan.bridge), error;
		if (!bridge || (error = make_veth(fd, plan.veth, bridge, pid, plan.inside))) {
			errno = bridge ? error : ENODEV;
			dprintf(report, "failed veth: %s\n", strerror(errno));
			kill(pid, SIGKILL);
			return 1;
		}
		close(fd);
	}
	if (write(channel[0], "n", 1) != 1 || read(channel[0], &word, 1) != 1) return 1;
	dprintf(report, "ready %d %llu\n", (int)pid, start_of(pid));
	if (read(0, &word, 1) != 1 || word != 'g') {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return 1;
	}
	return write(channel[0], "g", 1) == 1 ? 0 : 1;
}
