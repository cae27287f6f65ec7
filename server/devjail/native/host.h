/* What every native program of devjail shares: finding DIR by the program's own path, and joining the host's namespaces. */
#ifndef DEVJAIL_HOST_H
#define DEVJAIL_HOST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* A kernel's process, safe against reuse of its pid. */
struct process {
	pid_t pid;
	unsigned long long start;
};

static inline int pidfd_of(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0u); }

/* Reads a small file whole, closed by a NUL; -1 with errno when it can't. */
static inline ssize_t read_small(const char *path, char *buffer, size_t size) {
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return -1;
	size_t done = 0;
	while (done < size - 1) {
		ssize_t n = read(fd, buffer + done, size - 1 - done);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) break;
		done += (size_t)n;
	}
	close(fd);
	buffer[done] = 0;
	return (ssize_t)done;
}

/* Start time in clock ticks since boot (field 22 of proc(5) stat), 0 when there is no such process or it is a zombie. */
static inline unsigned long long start_of(pid_t pid) {
	char path[64], text[1024];
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if (read_small(path, text, sizeof text) <= 0) return 0;
	char *p = strrchr(text, ')');
	if (!p || p[1] != ' ' || p[2] == 'Z' || p[2] == 'X') return 0;
	p += 2;
	for (int field = 3; field < 22; field++) {
		p = strchr(p, ' ');
		if (!p) return 0;
		p++;
	}
	return strtoull(p, NULL, 10);
}

static inline int alive(struct process who) { return who.pid > 0 && who.start != 0 && start_of(who.pid) == who.start; }

/* DIR of DIR/bin/NAME, by the way this program was started. */
static inline int state_dir(char dir[PATH_MAX]) {
	ssize_t n = readlink("/proc/self/exe", dir, PATH_MAX - 1);
	if (n <= 0) return -1;
	dir[n] = 0;
	for (int i = 0; i < 2; i++) {
		char *slash = strrchr(dir, '/');
		if (!slash || slash == dir) return -1;
		*slash = 0;
	}
	return 0;
}

/* "PID START …" at the beginning of a file. */
static inline int read_process(const char *path, struct process *who) {
	char text[256];
	int pid;
	if (read_small(path, text, sizeof text) <= 0) return -1;
	if (sscanf(text, "%d %llu", &pid, &who->start) != 2) return -1;
	who->pid = pid;
	return 0;
}

/* 1 when this process is in the host's (the keeper's) mount namespace, 0 when not, -1 when no keeper lives. */
static inline int on_host(const char *dir, struct process *keeper) {
	char path[PATH_MAX + 32];
	struct stat mine, theirs;
	snprintf(path, sizeof path, "%s/run/keeper", dir);
	if (read_process(path, keeper) || !alive(*keeper)) return -1;
	snprintf(path, sizeof path, "/proc/%d/ns/mnt", (int)keeper->pid);
	if (stat("/proc/self/ns/mnt", &mine) || stat(path, &theirs)) return -1;
	return mine.st_ino == theirs.st_ino && mine.st_dev == theirs.st_dev;
}

static inline int same_namespace(pid_t pid, const char *kind) {
	char path[64], own[64];
	struct stat mine, theirs;
	snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, kind);
	snprintf(own, sizeof own, "/proc/self/ns/%s", kind);
	return !stat(own, &mine) && !stat(path, &theirs) && mine.st_ino == theirs.st_ino && mine.st_dev == theirs.st_dev;
}

/* Enters the host's namespaces; the working directory is kept when it can be reached there, else it becomes /. */
static inline int join_host(const char *dir) {
	struct process keeper;
	int there = on_host(dir, &keeper);
	if (there != 0) return there < 0 ? -1 : 0;
	char cwd[PATH_MAX];
	if (!getcwd(cwd, sizeof cwd)) strcpy(cwd, "/");
	int flags = CLONE_NEWNS;
	if (!same_namespace(keeper.pid, "user")) flags |= CLONE_NEWUSER;
	if (!same_namespace(keeper.pid, "net")) flags |= CLONE_NEWNET;
	int fd = pidfd_of(keeper.pid);
	if (fd < 0) return -1;
	if (!alive(keeper) || setns(fd, flags)) {
		close(fd);
		return -1;
	}
	close(fd);
	if ((flags & CLONE_NEWUSER) && (setresgid(0, 0, 0) || setresuid(0, 0, 0))) return -1;
	if (chdir(cwd) && chdir("/")) return -1;
	return 0;
}

static inline void close_from(int first) { syscall(SYS_close_range, (unsigned)first, ~0u, 0u); }

#endif
