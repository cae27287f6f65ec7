/*
 * Stands in DIR/bin under the name of every program of the host but jexec: joins the host's namespaces
 * and becomes node with the bundle under that name. As `onhost` it becomes the program that its arguments name.
 */
#include "host.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

/* cp(1) of FreeBSD copies a hard link as a file of its own, also with -a. @return argv with that said to the machine's cp */
static char **without_links(int argc, char **argv) {
	char **more = calloc((size_t)argc + 2, sizeof *more);
	if (!more) exit(1);
	int in = 0, out = 0;
	do more[out++] = argv[in++];
	while (in < argc && argv[in][0] == '-' && strcmp(argv[in], "--"));
	more[out++] = "--no-preserve=links";
	while (in < argc) more[out++] = argv[in++];
	return more;
}

/* Programs that are the machine's own under the same name, or another one: nothing stays between. */
static const struct {
	const char *name, *machine, *package;
} same[] = {{"cp", "cp", "coreutils"},       {"du", "du", "coreutils"}, {"git", "git", "git"}, {"sh", "sh", "dash"}, {"sleep", "sleep", "coreutils"},
            {"stty", "stty", "coreutils"}, {"tar", "bsdtar", "libarchive-tools"}};

/* @return only when the machine has no such program */
static int machine(const char *program, const char *package, char **argv) {
	static const char *const dirs[] = {"/usr/bin", "/bin", "/usr/sbin", "/sbin"};
	for (size_t d = 0; d < sizeof dirs / sizeof *dirs; d++) {
		char path[PATH_MAX];
		snprintf(path, sizeof path, "%s/%s", dirs[d], program);
		execv(path, argv);
	}
	fprintf(stderr, "%s: %s is missing: install the package %s.\n", argv[0], program, package);
	return 127;
}

static int become(const char *name, int argc, char **argv) {
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		if (strcmp(name, same[i].name)) continue;
		if (!strcmp(name, "cp")) argv = without_links(argc, argv);
		argv[0] = (char *)same[i].name;
		return machine(same[i].machine, same[i].package, argv);
	}
	return -1;
}

static int write_all(int fd, const char *bytes, size_t size) {
	while (size) {
		ssize_t n = write(fd, bytes, size);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0 && errno == EAGAIN) {
			struct pollfd wait = {.fd = fd, .events = POLLOUT};
			poll(&wait, 1, 1000);
			continue;
		}
		if (n <= 0) return -1;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

static int read_all(int fd, char *bytes, size_t size) {
	while (size) {
		ssize_t n = read(fd, bytes, size);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) return -1;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

/*
 * Has the server on the host do the work (serve.ts); -1 when there is none, or when it must be a process of its own:
 * `jail -f FILE -e SEPARATOR` only reads. For rm it only looks: this process becomes the machine's.
 */
static int ask_server(const char *dir, const char *name, int argc, char **argv) {
	static const char *const own[] = {"df", "fetch", "freebsd-update", "jail", "service", "zfs"};
	char path[PATH_MAX + 32], cwd[8];
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (!strcmp(name, own[i]) && !(argc == 5 && !strcmp(name, "jail") && !strcmp(argv[3], "-e"))) return -1;
	/* The server's directory is the root: paths that are relative to another one are not for it. */
	if (!getcwd(cwd, sizeof cwd) || strcmp(cwd, "/")) return -1;
	snprintf(path, sizeof path, "%s/run", dir);
	int run = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un server = {.sun_family = AF_UNIX};
	snprintf(server.sun_path, sizeof server.sun_path, "/proc/self/fd/%d/server", run);
	if (run < 0 || fd < 0 || connect(fd, (struct sockaddr *)&server, sizeof server)) {
		if (run >= 0) close(run);
		if (fd >= 0) close(fd);
		return -1;
	}
	char pid[16];
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	int sent = write_all(fd, pid, strlen(pid) + 1) || write_all(fd, name, strlen(name) + 1);
	for (int i = 1; i < argc && !sent; i++) sent = write_all(fd, argv[i], strlen(argv[i]) + 1);
	if (sent || shutdown(fd, SHUT_WR)) return -1;
	for (;;) {
		char head[5], part[65536];
		unsigned length;
		if (read_all(fd, head, sizeof head)) break;
		memcpy(&length, head + 1, sizeof length);
		if (head[0] == 'x' && length < sizeof part && !read_all(fd, part, length)) {
			part[length] = 0;
			return atoi(part);
		}
		if (head[0] == 'n') {
			close(fd);
			return -1;
		}
		if (head[0] == 'b' && length && length < sizeof part && !read_all(fd, part, length) && !part[length - 1]) {
			char **more = calloc(length + 1, sizeof *more);
			if (!more) return 71;
			for (size_t at = 0, word = 0; at < length; at += strlen(part + at) + 1) more[word++] = part + at;
			signal(SIGPIPE, SIG_DFL);
			return machine(more[0], "coreutils", more);
		}
		while (length) {
			size_t n = length < sizeof part ? length : sizeof part;
			if (read_all(fd, part, n)) break;
			/* A reader that has gone does not stop the work; the status still tells how it went. */
			write_all(head[0] == 'e' ? 2 : 1, part, n);
			length -= (unsigned)n;
		}
		if (length) break;
	}
	fprintf(stderr, "%s: the devjail server ended\n", name);
	return 75;
}

int main(int argc, char **argv) {
	char dir[PATH_MAX], self[PATH_MAX], path[PATH_MAX + 32], node[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (n <= 0 || state_dir(dir)) {
		fprintf(stderr, "devjail: can't find my own path\n");
		return 71;
	}
	self[n] = 0;
	const char *name = strrchr(self, '/') + 1;
	if (join_host(dir)) {
		fprintf(stderr, "%s: the devjail at %s is not up\n", name, dir);
		return 69;
	}
	if (!strcmp(name, "onhost")) {
		if (argc < 2) {
			fprintf(stderr, "usage: onhost program [argument ...]\n");
			return 64;
		}
		execvp(argv[1], argv + 1);
		fprintf(stderr, "onhost: %s: %s\n", argv[1], strerror(errno));
		return errno == ENOENT ? 127 : 126;
	}
	int missing = become(name, argc, argv);
	if (missing > 0) return missing;
	signal(SIGPIPE, SIG_IGN);
	int status = ask_server(dir, name, argc, argv);
	if (status >= 0) return status;
	signal(SIGPIPE, SIG_DFL);
	snprintf(path, sizeof path, "%s/run/node", dir);
	if ((n = read_small(path, node, sizeof node)) <= 0) {
		fprintf(stderr, "devjail: %s: %s\n", path, strerror(errno));
		return 71;
	}
	if (node[n - 1] == '\n') node[n - 1] = 0;
	snprintf(path, sizeof path, "%s/lib/devjail.mjs", dir);
	char **args = calloc((size_t)argc + 6, sizeof *args);
	if (!args) return 71;
	int at = 0;
	args[at++] = node;
	args[at++] = path;
	args[at++] = "run";
	args[at++] = (char *)name;
	for (int i = 1; i < argc; i++) args[at++] = argv[i];
	execv(node, args);
	fprintf(stderr, "devjail: %s: %s\n", node, strerror(errno));
	return 71;
}
