/*
 * Stands in DIR/bin under the name of every program of the host but jexec: joins the host's namespaces
 * and becomes node with the bundle under that name. As `onhost` it becomes the program that its arguments name.
 */
#include "host.h"

/* Programs that are the machine's own under the same name, or another one: nothing stays between. */
static const struct {
	const char *name, *machine, *package;
} same[] = {{"cp", "cp", "coreutils"},       {"du", "du", "coreutils"}, {"sh", "sh", "dash"}, {"sleep", "sleep", "coreutils"},
            {"stty", "stty", "coreutils"}, {"tar", "bsdtar", "libarchive-tools"}};

static int become(const char *name, char **argv) {
	static const char *const dirs[] = {"/usr/bin", "/bin", "/usr/sbin", "/sbin"};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		if (strcmp(name, same[i].name)) continue;
		for (size_t d = 0; d < sizeof dirs / sizeof *dirs; d++) {
			char path[PATH_MAX];
			snprintf(path, sizeof path, "%s/%s", dirs[d], same[i].machine);
			argv[0] = (char *)same[i].name;
			execv(path, argv);
		}
		fprintf(stderr, "%s: %s is missing: install the package %s.\n", name, same[i].machine, same[i].package);
		return 127;
	}
	return -1;
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
	int missing = become(name, argv);
	if (missing > 0) return missing;
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
