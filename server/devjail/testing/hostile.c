/* What a hostile root of a jail tries by system call. Prints "NAME ok" or "NAME ERRNO-WORDS" a line. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long result) {
	printf("%s %s\n", what, result < 0 ? strerror(errno) : "ok");
	fflush(stdout);
}

static long clone_with(unsigned long flags) {
	long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) _exit(0);
	return pid;
}

int main(int argc, char **argv) {
	char scratch[256] = {0};
	struct {
		unsigned size;
		int type;
		char handle[128];
	} handle = {128, 0, {0}};
	say("mount-tmpfs", mount("none", "/tmp", "tmpfs", 0, ""));
	say("remount-base", mount(NULL, "/basejail", NULL, MS_REMOUNT | MS_BIND, NULL));
	say("remount-bin", mount(NULL, "/basejail/bin", NULL, MS_REMOUNT | MS_BIND, NULL));
	say("umount-base", umount2("/basejail", MNT_DETACH));
	say("mount-proc", mount("proc", "/mnt", "proc", 0, ""));
	say("open_tree", syscall(SYS_open_tree, AT_FDCWD, "/", 1));
	say("fsopen", syscall(SYS_fsopen, "proc", 0));
	say("unshare-user", unshare(CLONE_NEWUSER));
	say("unshare-mount", unshare(CLONE_NEWNS));
	say("clone-user", clone_with(CLONE_NEWUSER));
	say("clone-pid", clone_with(CLONE_NEWPID));
	say("clone3", syscall(SYS_clone3, scratch, 64));
	say("setns", syscall(SYS_setns, 0, 0));
	say("mknod-disk", mknod("/tmp/disk", S_IFBLK | 0600, makedev(254, 0)));
	say("mknod-mem", mknod("/tmp/mem", S_IFCHR | 0600, makedev(1, 1)));
	say("core_pattern", open("/proc/sys/kernel/core_pattern", O_WRONLY));
	say("overcommit", open("/proc/sys/vm/overcommit_memory", O_WRONLY));
	say("sysrq", open("/proc/sysrq-trigger", O_WRONLY));
	say("kcore", open("/proc/kcore", O_RDONLY));
	say("kpagecount", open("/proc/kpagecount", O_RDONLY));
	say("keys", open("/proc/keys", O_RDONLY));
	say("irq", open("/proc/irq/default_smp_affinity", O_WRONLY));
	say("name_to_handle", syscall(SYS_name_to_handle_at, AT_FDCWD, "/", &handle, scratch, 0));
	say("open_by_handle", syscall(SYS_open_by_handle_at, AT_FDCWD, &handle, 0));
	say("bpf", syscall(SYS_bpf, 0, scratch, 64));
	say("perf", syscall(SYS_perf_event_open, scratch, 0, -1, -1, 0));
	say("userfaultfd", syscall(SYS_userfaultfd, 0));
	say("keyctl", syscall(SYS_keyctl, 1, 0));
	say("io_uring", syscall(SYS_io_uring_setup, 1, scratch));
	say("kexec", syscall(SYS_kexec_load, 0, 0, 0, 0));
	say("module", syscall(SYS_init_module, scratch, 1, ""));
	say("reboot", syscall(SYS_reboot, 0xfee1dead, 672274793, 0, 0));
	say("settime", syscall(SYS_settimeofday, scratch, 0));
	say("hostname", sethostname("evil", 4));
	say("ptrace-init", ptrace(PTRACE_ATTACH, 1, 0, 0));
	say("init-root", open("/proc/1/root/etc/passwd", O_RDONLY));
	say("init-exe", open("/proc/1/exe", O_RDONLY));
	say("init-mem", open("/proc/1/mem", O_RDWR));
	say("socket-raw", socket(AF_INET, SOCK_RAW, 1));
	say("socket-ping", socket(AF_INET, SOCK_DGRAM, 1));
	say("socket-packet", socket(AF_PACKET, SOCK_RAW, 0));
	say("socket-alg", socket(AF_ALG, SOCK_SEQPACKET, 0));
	say("socket-vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
	say("socket-audit", socket(AF_NETLINK, SOCK_RAW, 9));
	say("tiocsti", ioctl(0, TIOCSTI, "x"));
	say("write-base", open("/basejail/bin/x", O_CREAT | O_WRONLY, 0600));
	say("write-base-through-init", open("/proc/1/root/basejail/bin/x", O_CREAT | O_WRONLY, 0600));
	say("chmod-loader", chmod("/lib64/ld-linux-x86-64.so.2", 0777));
	say("chroot", chroot("/tmp"));
	for (int i = 0; i < 64; i++)
		if (chdir("..")) break;
	say("chroot-out", chroot("."));
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "kill")) say("kill", kill(atoi(argv[i + 1]), 0));
		if (!strcmp(argv[i], "see")) say("see", access(argv[i + 1], F_OK));
	}
	return 0;
}
