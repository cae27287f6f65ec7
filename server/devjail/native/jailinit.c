/*
 * Makes a jail and is its process 1: `jailinit PATH HOSTNAME BRIDGE VETH INSIDE ALLOW DEVFS ADDRESS…`, in the host's namespaces.
 * Prints "ready PID START" when the jail stands, then waits for "go" on stdin; without it the jail is gone again, so a
 * jail(8) killed before it noted the jail leaves none. Process 1 reaps, and ends when it should not persist and is alone.
 */
#include "confine.h"
#include "root.h"
#include "rtnetlink.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

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
