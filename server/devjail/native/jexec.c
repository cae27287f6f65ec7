/*
 * jexec(8): runs a command in a jail. As `DIR/bin/jailrun` (not for people) it is what jail(8) runs exec.* with.
 * A pid namespace is entered by a fork only, so a parent waits; it holds no terminal, no descriptor, and ends as the command did.
 */
#include "confine.h"
#include <grp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>

struct account {
	char name[128], home[PATH_MAX], shell[PATH_MAX];
	unsigned uid, gid;
	int groups;
	gid_t group[64];
};

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

/* passwd(5) and group(5) of whatever root we are in, read line by line: libc's way would load the jail's modules. */
static int find_account(const char *name, struct account *out) {
	FILE *file = fopen("/etc/passwd", "re");
	if (!file) return -1;
	char line[8192];
	int found = 0;
	while (!found && fgets(line, sizeof line, file)) {
		char *field[7], *rest = line;
		int n = 0;
		line[strcspn(line, "\n")] = 0;
		while (n < 7 && (field[n] = strsep(&rest, ":"))) n++;
		if (n < 7 || strcmp(field[0], name)) continue;
		char *bad1, *bad2;
		unsigned long uid = strtoul(field[2], &bad1, 10), gid = strtoul(field[3], &bad2, 10);
		if (*bad1 || *bad2 || uid >= 0xffffffffUL || gid >= 0xffffffffUL) continue;
		snprintf(out->name, sizeof out->name, "%s", field[0]);
		snprintf(out->home, sizeof out->home, "%s", field[5]);
		snprintf(out->shell, sizeof out->shell, "%s", *field[6] ? field[6] : "/bin/sh");
		out->uid = (unsigned)uid;
		out->gid = (unsigned)gid;
		found = 1;
	}
	fclose(file);
	if (!found) return -1;
	out->groups = 0;
	out->group[out->groups++] = out->gid;
	if (!(file = fopen("/etc/group", "re"))) return 0;
	while (out->groups < 64 && fgets(line, sizeof line, file)) {
		char *rest = line, *bad, *group, *member;
		line[strcspn(line, "\n")] = 0;
		strsep(&rest, ":");
		strsep(&rest, ":");
		if (!(group = strsep(&rest, ":")) || !rest) continue;
		unsigned long gid = strtoul(group, &bad, 10);
		if (*bad || gid >= 0xffffffffUL || gid == out->gid) continue;
		while ((member = strsep(&rest, ",")))
			if (!strcmp(member, name)) out->group[out->groups++] = (gid_t)gid;
	}
	fclose(file);
	return 0;
}

/* Fills what login.conf's default class gives on FreeBSD, in the order in which it appears there. */
static void login_environment(const struct account *who) {
	char *term = getenv("TERM"), kept[128] = "", text[PATH_MAX + 200];
	if (term) snprintf(kept, sizeof kept, "%s", term);
	clearenv();
	setenv("SHELL", who->shell, 1);
	setenv("HOME", who->home, 1);
	setenv("USER", who->name, 1);
	setenv("BLOCKSIZE", "K", 1);
	snprintf(text, sizeof text, "/var/mail/%s", who->name);
	setenv("MAIL", text, 1);
	setenv("MM_CHARSET", "UTF-8", 1);
	setenv("LANG", "C.UTF-8", 1);
	snprintf(text, sizeof text, "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:%s/bin", who->home);
	setenv("PATH", text, 1);
	if (term) setenv("TERM", kept, 1);
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
	/* The parent needs these to restore the terminal as a job; the command never gets them. */
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
