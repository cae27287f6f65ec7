/*
 * jexec(8): runs a command in a jail. As `DIR/bin/jailrun` (not for people) it is what jail(8) runs exec.* with.
 * A pid namespace is entered by a fork only, so a parent waits; it holds no terminal, no descriptor, and ends as the command did.
 */
#include "account.h"
#include "confine.h"
#include <grp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>

struct jail {
	int jid;
	struct process init;
	unsigned flags;
};

static void fatal(int status, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));
static void fatal(int status, const char *format, ...) {
	va_list args;
	va_start(args, format);
	fputs("jexec: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	_exit(status);
}

/* DIR/run/jails/JID begins with "PID START FLAGS NAME". A number is a jid, whatever jails are called. */
static int find_jail(const char *dir, const char *wanted, struct jail *jail) {
	char path[PATH_MAX + 300], text[2048], *end;
	snprintf(path, sizeof path, "%s/run/jails", dir);
	long number = strtol(wanted, &end, 10);
	int by_number = *wanted && !*end;
	DIR *all = opendir(path);
	if (!all) return -1;
	int found = -1;
	for (struct dirent *e; found < 0 && (e = readdir(all));) {
		int jid = atoi(e->d_name), pid, at = 0;
		if (jid <= 0 || strspn(e->d_name, "0123456789") != strlen(e->d_name) || (by_number && jid != number)) continue;
		snprintf(path, sizeof path, "%s/run/jails/%s", dir, e->d_name);
		if (read_small(path, text, sizeof text) <= 0) continue;
		if (sscanf(text, "%d %llu %u %n", &pid, &jail->init.start, &jail->flags, &at) != 3 || !at) continue;
		char *newline = strchr(text, '\n');
		if (newline) *newline = 0;
		jail->init.pid = pid;
		jail->jid = jid;
		if ((by_number || !strcmp(text + at, wanted)) && alive(jail->init)) found = 0;
	}
	closedir(all);
	return found;
}

static int is_null(int fd) {
	struct stat st;
	return !fstat(fd, &st) && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

/* A /dev/null on a read-only mount: given the machine's own as stdin, a jailed root could chmod(2) it there. */
static int private_null(const char *dir) {
	char path[PATH_MAX + 16];
	snprintf(path, sizeof path, "%s/lib/null", dir);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && is_null(fd)) return fd;
	if (fd >= 0) close(fd);
	return -1;
}

static void swap_null(int null) {
	for (int fd = 0; null > 2 && fd < 3; fd++)
		if (is_null(fd)) dup2(null, fd);
}

static pid_t child;
static void forward(int signal) {
	if (child > 0) kill(child, signal);
}

/* Ends as the command ended, so that the caller sees its status or its signal. */
static void end_as(int status) __attribute__((noreturn));
static void end_as(int status) {
	if (WIFSIGNALED(status)) {
		struct rlimit none = {0, 0};
		sigset_t all;
		setrlimit(RLIMIT_CORE, &none);
		signal(WTERMSIG(status), SIG_DFL);
		sigemptyset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		kill(getpid(), WTERMSIG(status));
		_exit(128 + WTERMSIG(status));
	}
	_exit(WEXITSTATUS(status));
}

/*
 * How the terminal goes over. LEADER: we lead the session (started by a pty's owner): we let go of the terminal and the
 * command leads a session of its own on it. JOB: an interactive shell of the host started us: the command becomes the
 * terminal's foreground group, and we hand it back. NONE: stdin is no terminal.
 */
enum hold { NONE, LEADER, JOB };

static enum hold look_at_terminal(void) {
	if (!isatty(0)) return NONE;
	if (tcgetsid(0) != getsid(0)) return NONE;
	return getsid(0) == getpid() ? LEADER : JOB;
}

static void wait_as_job(void) __attribute__((noreturn));
static void wait_as_job(void) {
	int status;
	signal(SIGTTOU, SIG_IGN);
	for (;;) {
		pid_t pid = waitpid(child, &status, WUNTRACED);
		if (pid < 0 && errno == EINTR) continue;
		if (pid < 0) _exit(1);
		if (isatty(0)) tcsetpgrp(0, getpgrp());
		if (!WIFSTOPPED(status)) end_as(status);
		kill(getpid(), SIGSTOP);
		tcsetpgrp(0, child);
		kill(-child, SIGCONT);
	}
}

int main(int argc, char **argv) {
	char dir[PATH_MAX];
	const char *user = NULL, *cwd = NULL;
	int clean = 0, inside = 0, option, plain_run;
	if (state_dir(dir)) fatal(71, "can't find my own path");
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

	signal(SIGCHLD, SIG_DFL);
	plain_run = !strcmp(strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0], "jailrun");
	while ((option = getopt(argc, argv, "+d:e:lnu:U:")) != -1) switch (option) {
		case 'd': cwd = optarg; break;
		case 'e': if (putenv(optarg)) fatal(1, "putenv"); break;
		case 'l': clean = 1; break;
		case 'n': break;
		case 'u': user = optarg; inside = 0; break;
		case 'U': user = optarg; inside = 1; break;
		default:
			fputs("usage: jexec [-l] [-d working-directory] [-e name=value] [-u username | -U username] jail [command ...]\n", stderr);
			return 1;
		}
	argc -= optind;
	argv += optind;
	if (argc < 1) {
		fputs("usage: jexec [-l] [-d working-directory] [-e name=value] [-u username | -U username] jail [command ...]\n", stderr);
		return 1;
	}

	struct account who = {.name = "root", .home = "/root", .shell = "/bin/sh", .groups = 1};
	if (user && !inside && find_account(user, &who)) fatal(1, "%s: no such user", user);

	/* The machine's own files are never open for what runs in there: the parent and this program come from a read-only mount. */
	struct process keeper;
	if (on_host(dir, &keeper) == 0) {
		char self[PATH_MAX];
		ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
		if (join_host(dir) || n <= 0) fatal(69, "the devjail at %s is not up", dir);
		self[n] = 0;
		char **again = calloc((size_t)(argc + optind + 1), sizeof *again);
		if (!again) fatal(71, "out of memory");
		for (int i = 0; i < argc + optind; i++) again[i] = (argv - optind)[i];
		execv(self, again);
		fatal(71, "%s: %s", self, strerror(errno));
	}

	int null = private_null(dir);
	struct jail jail;
	if (find_jail(dir, argv[0], &jail)) fatal(1, "jail \"%s\" not found", argv[0]);
	int pidfd = pidfd_of(jail.init.pid);
	if (pidfd < 0 || !alive(jail.init)) fatal(1, "jail \"%s\" not found", argv[0]);
	enum hold hold = plain_run ? NONE : look_at_terminal();
	if (setns(pidfd, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET))
		fatal(1, "jail_attach(%d): %s", jail.jid, strerror(errno));
	swap_null(null);
	close_from(3);

	int alive_pipe[2];
	if (pipe2(alive_pipe, O_CLOEXEC)) fatal(71, "pipe: %s", strerror(errno));
	if (hold == LEADER) {
		/* Giving up the terminal sends SIGHUP to its foreground group: that is us. */
		signal(SIGHUP, SIG_IGN);
		if (ioctl(0, TIOCNOTTY)) hold = JOB;
	}
	int forwarded[] = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGINT, SIGQUIT};
	child = fork();
	if (child < 0) fatal(71, "fork: %s", strerror(errno));
	if (child > 0) {
		for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++)
			signal(forwarded[i], hold == JOB && (forwarded[i] == SIGINT || forwarded[i] == SIGQUIT) ? SIG_IGN : forward);
		close(alive_pipe[0]);
		if (hold == JOB) {
			signal(SIGTTOU, SIG_IGN);
			setpgid(child, child);
			tcsetpgrp(0, child);
			close(1);
			close(2);
			wait_as_job();
		}
		for (int fd = 0; fd < 3; fd++) close(fd);
		int status;
		while (waitpid(child, &status, 0) < 0)
			if (errno != EINTR) _exit(1);
		end_as(status);
	}

	signal(SIGHUP, SIG_DFL);
	if (hold == LEADER) {
		setsid();
		ioctl(0, TIOCSCTTY, 0);
	} else if (hold == JOB) {
		signal(SIGTTOU, SIG_IGN);
		setpgid(0, 0);
		tcsetpgrp(0, getpgrp());
		signal(SIGTTOU, SIG_DFL);
	}
	if (confine(jail.flags)) fatal(71, "confine: %s", strerror(errno));
	if (user && inside && find_account(user, &who)) fatal(1, "%s: no such user", user);
	if (clean) login_environment(&who);
	if (user) {
		if (setgroups((size_t)who.groups, who.group) || setresgid(who.gid, who.gid, who.gid) || setresuid(who.uid, who.uid, who.uid))
			fatal(1, "setusercontext: %s", strerror(errno));
	} else if (!geteuid() && setgroups(1, who.group) && errno != EPERM)
		fatal(1, "setgroups: %s", strerror(errno));
	if (chdir("/")) fatal(1, "chdir: %s", strerror(errno));
	if (cwd ? chdir(cwd) : clean && !plain_run ? chdir(who.home) : 0)
		fatal(1, "chdir: %s: %s", cwd ? cwd : who.home, strerror(errno));
	if (!plain_run) {
		/* A parent that ended before this line would leave us behind: its end of the pipe tells. */
		struct pollfd parent = {.fd = alive_pipe[0], .events = 0};
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(alive_pipe[1]);
		if (poll(&parent, 1, 0) == 1) _exit(1);
	}
	close_from(3);
	char *login[2] = {NULL, NULL}, dashed[PATH_MAX + 1];
	if (argc < 2) {
		const char *shell = clean || !getenv("SHELL") ? who.shell : getenv("SHELL");
		const char *base = strrchr(shell, '/') ? strrchr(shell, '/') + 1 : shell;
		snprintf(dashed, sizeof dashed, "%s%s", clean ? "-" : "", base);
		login[0] = dashed;
		execvp(shell, login);
		fatal(1, "execvp: %s: %s", shell, strerror(errno));
	}
	execvp(argv[1], argv + 1);
	fatal(1, "execvp: %s: %s", argv[1], strerror(errno));
}
