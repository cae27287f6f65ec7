/*
 * Holds the namespaces of one devjail host and does nothing else. Started by `devjail up` as `keeper DIR [USER]`; it
 * makes a private mount namespace (as an ordinary user in a user and net namespace of its own, whose id maps the parent
 * writes between "maps" and "go"), turns DIR/bin read-only there and prints "ready PID START" when all of it stands.
 */
#include "host.h"
#include <sys/mount.h>
#include <sys/sysmacros.h>

static int fail(const char *what) {
	printf("failed %s: %s\n", what, strerror(errno));
	fflush(stdout);
	return 1;
}

/*
 * What was mounted before the host came up is the machine's own: `mount` does not show it. Noted by id and place: a mount of the
 * machine goes from here too when its directory is removed there, and the kernel gives its id to the next one.
 */
static int note_machine_mounts(const char *dir) {
	char path[PATH_MAX + 32], line[8192], target[8192];
	int id;
	snprintf(path, sizeof path, "%s/run/machine-mounts", dir);
	FILE *in = fopen("/proc/self/mountinfo", "re"), *out = fopen(path, "we");
	if (!in || !out) return -1;
	while (fgets(line, sizeof line, in))
		if (sscanf(line, "%d %*s %*s %*s %s", &id, target) == 2) fprintf(out, "%d %s\n", id, target);
	fclose(in);
	return fclose(out);
}

int main(int argc, char **argv) {
	if (argc < 2) return 64;
	const char *dir = argv[1];
	int user = argc > 2 && !strcmp(argv[2], "user");
	char path[PATH_MAX + 32], answer[16];

	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	if (chdir("/")) return fail("chdir");
	close_from(3);
	if (user) {
		if (unshare(CLONE_NEWUSER)) return fail("unshare(CLONE_NEWUSER)");
		printf("maps %d\n", (int)getpid());
		fflush(stdout);
		if (!fgets(answer, sizeof answer, stdin)) return 1;
		if (setresgid(0, 0, 0) || setresuid(0, 0, 0)) return fail("setresuid");
		if (unshare(CLONE_NEWNET)) return fail("unshare(CLONE_NEWNET)");
	}
	if (unshare(CLONE_NEWNS)) return fail("unshare(CLONE_NEWNS)");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) return fail("mount --make-rprivate");
	snprintf(path, sizeof path, "%s/lib/null", dir);
	/* A user namespace makes no nodes, and needs none: its root does not own the machine's. */
	if (mknod(path, S_IFCHR | 0666, makedev(1, 3)) && errno != EPERM && errno != EEXIST) return fail("mknod");
	chmod(path, 0666);
	/* A jailed process that became one of our programs could else write to it through /proc/PID/exe. */
	const char *kept[] = {"bin", "lib"};
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, kept[i]);
		if (mount(path, path, NULL, MS_BIND, NULL)) return fail("mount --bind");
		if (mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID, NULL)) return fail("remount");
	}
	if (note_machine_mounts(dir)) return fail("machine-mounts");
	prctl(PR_SET_NAME, "devjail-keeper");
	printf("ready %d %llu\n", (int)getpid(), start_of(getpid()));
	fflush(stdout);
	int null = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 3; fd++) dup2(null, fd);
	close_from(3);
	for (;;) pause();
}
