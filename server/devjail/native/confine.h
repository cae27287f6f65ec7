/* What a jailed process loses: capabilities for good, system calls that reach the machine, and the machine's keys. */
#ifndef DEVJAIL_CONFINE_H
#define DEVJAIL_CONFINE_H

#include "host.h"
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#error "devjail knows x86_64 and aarch64"
#endif

/* Bits of the number in a jail's record. */
#define MAY_RAW_SOCKETS 1u
#define JAIL_PERSISTS 2u

static inline int kept_capability(int cap, unsigned allow) {
	switch (cap) {
	case CAP_CHOWN:
	case CAP_DAC_OVERRIDE:
	case CAP_FOWNER:
	case CAP_FSETID:
	case CAP_KILL:
	case CAP_SETGID:
	case CAP_SETUID:
	case CAP_NET_BIND_SERVICE:
	case CAP_SYS_CHROOT:
		return 1;
	case CAP_NET_RAW:
		return (allow & MAY_RAW_SOCKETS) != 0;
	default:
		return 0;
	}
}

/* Bounding, ambient and inheritable first, the process's own sets last: dropping the bounding set needs SETPCAP. */
static inline int drop_capabilities(unsigned allow) {
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)) return -1;
	for (int cap = 0; cap < 64; cap++) {
		if (kept_capability(cap, allow)) {
			if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1) {
				data[cap / 32].permitted |= 1u << (cap % 32);
				data[cap / 32].effective |= 1u << (cap % 32);
			}
		} else if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) && errno != EINVAL)
			return -1;
	}
	return (int)syscall(SYS_capset, &header, data);
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
#define ANSWER(number) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (number))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE(name, number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), ANSWER(number)

#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#define SYS_io_uring_enter 426
#define SYS_io_uring_register 427
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif

/*
 * Without no_new_privs (su must work), hence before the capabilities go. New namespaces would give back what was dropped;
 * io_uring would pass the rules on sockets; clone3 has its flags in memory, so libc is sent to clone.
 */
static inline int refuse_syscalls(void) {
	const unsigned namespaces = CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC |
	                            CLONE_NEWCGROUP;
	struct sock_filter rules[] = {
	    LOAD(arch),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
	    ANSWER(ENOSYS),
	    LOAD(nr),
#if defined(__x86_64__)
	    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1),
	    ANSWER(ENOSYS),
#endif
	    REFUSE(clone3, ENOSYS),
	    REFUSE(unshare, EPERM),
	    REFUSE(setns, EPERM),
	    REFUSE(mount, EPERM),
	    REFUSE(umount2, EPERM),
	    REFUSE(pivot_root, EPERM),
	    REFUSE(open_tree, EPERM),
	    REFUSE(move_mount, EPERM),
	    REFUSE(fsopen, EPERM),
	    REFUSE(fsconfig, EPERM),
	    REFUSE(fsmount, EPERM),
	    REFUSE(fspick, EPERM),
	    REFUSE(mount_setattr, EPERM),
	    REFUSE(name_to_handle_at, EPERM),
	    REFUSE(open_by_handle_at, EPERM),
	    REFUSE(bpf, EPERM),
	    REFUSE(perf_event_open, EPERM),
	    REFUSE(userfaultfd, EPERM),
	    REFUSE(keyctl, EPERM),
	    REFUSE(add_key, EPERM),
	    REFUSE(request_key, EPERM),
	    REFUSE(kexec_load, EPERM),
	    REFUSE(kexec_file_load, EPERM),
	    REFUSE(init_module, EPERM),
	    REFUSE(finit_module, EPERM),
	    REFUSE(delete_module, EPERM),
	    REFUSE(reboot, EPERM),
	    REFUSE(swapon, EPERM),
	    REFUSE(swapoff, EPERM),
	    REFUSE(acct, EPERM),
	    REFUSE(quotactl, EPERM),
	    REFUSE(quotactl_fd, EPERM),
	    REFUSE(syslog, EPERM),
	    REFUSE(io_uring_setup, ENOSYS),
	    REFUSE(io_uring_enter, ENOSYS),
	    REFUSE(io_uring_register, ENOSYS),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
	    LOAD(args[0]),
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, namespaces, 0, 1),
	    ANSWER(EPERM),
	    ALLOW,
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 5),
	    LOAD(args[1]),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCSTI, 1, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TIOCLINUX, 0, 1),
	    ANSWER(EPERM),
	    ALLOW,
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 9),
	    LOAD(args[0]),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 7, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 6, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 5, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0),
	    ANSWER(EAFNOSUPPORT),
	    LOAD(args[2]),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0 /* NETLINK_ROUTE */, 1, 0),
	    ANSWER(EPROTONOSUPPORT),
	    ALLOW,
	};
	struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* Keys first, as the filter refuses keyctl. A kernel without keyrings has nothing to leave behind. */
static inline int confine(unsigned allow) {
	if (syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, NULL) < 0 && errno != ENOSYS) return -1;
	if (refuse_syscalls()) return -1;
	return drop_capabilities(allow);
}

#endif
