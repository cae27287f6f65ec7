/* The few messages of rtnetlink(7) that a jail's network needs. Each returns 0, or a positive errno. */
#ifndef DEVJAIL_RTNETLINK_H
#define DEVJAIL_RTNETLINK_H

#include "host.h"
#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

struct message {
	struct nlmsghdr header;
	char body[1024];
};

struct address {
	int family, bits;
	unsigned char bytes[16];
};

static inline int parse_address(const char *text, struct address *out) {
	char copy[128];
	snprintf(copy, sizeof copy, "%s", text);
	char *slash = strchr(copy, '/');
	if (slash) *slash++ = 0;
	out->family = strchr(copy, ':') ? AF_INET6 : AF_INET;
	out->bits = slash ? atoi(slash) : out->family == AF_INET ? 32 : 128;
	return inet_pton(out->family, copy, out->bytes) == 1 ? 0 : -1;
}

static inline size_t length_of(struct address *a) { return a->family == AF_INET ? 4 : 16; }

static inline void begin(struct message *m, int type, int flags, const void *fixed, size_t size) {
	memset(m, 0, sizeof *m);
	m->header.nlmsg_len = NLMSG_LENGTH(size);
	m->header.nlmsg_type = (unsigned short)type;
	m->header.nlmsg_flags = (unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags);
	memcpy(NLMSG_DATA(&m->header), fixed, size);
}

static inline struct rtattr *put(struct message *m, int type, const void *data, size_t size) {
	struct rtattr *a = (struct rtattr *)((char *)m + NLMSG_ALIGN(m->header.nlmsg_len));
	a->rta_type = (unsigned short)type;
	a->rta_len = (unsigned short)RTA_LENGTH(size);
	if (size) memcpy(RTA_DATA(a), data, size);
	m->header.nlmsg_len = NLMSG_ALIGN(m->header.nlmsg_len) + RTA_ALIGN(a->rta_len);
	return a;
}

static inline void close_nest(struct message *m, struct rtattr *nest) {
	nest->rta_len = (unsigned short)((char *)m + m->header.nlmsg_len - (char *)nest);
}

static inline int send_message(int fd, struct message *m) {
	if (send(fd, m, m->header.nlmsg_len, 0) < 0) return errno;
	union {
		struct nlmsghdr header;
		char bytes[8192];
	} answer;
	ssize_t n = recv(fd, &answer, sizeof answer, 0);
	if (n < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr))) return EIO;
	if (answer.header.nlmsg_type != NLMSG_ERROR) return EIO;
	return -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
}

static inline int open_rtnetlink(void) { return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE); }

static inline int link_up(int fd, int index) {
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct message m;
	begin(&m, RTM_NEWLINK, 0, &info, sizeof info);
	return send_message(fd, &m);
}

static inline int link_delete(int fd, int index) {
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = index};
	struct message m;
	begin(&m, RTM_DELLINK, 0, &info, sizeof info);
	return send_message(fd, &m);
}

static inline int make_bridge(int fd, const char *name) {
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
	struct message m;
	begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
	put(&m, IFLA_IFNAME, name, strlen(name) + 1);
	struct rtattr *kind = put(&m, IFLA_LINKINFO, NULL, 0);
	put(&m, IFLA_INFO_KIND, "bridge", 6);
	close_nest(&m, kind);
	return send_message(fd, &m);
}

/* One end on the machine, a port of the bridge; the other in the namespace of process `peer` from the beginning. */
static inline int make_veth(int fd, const char *name, int bridge, pid_t peer, const char *inside) {
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct ifinfomsg other = {.ifi_family = AF_UNSPEC};
	struct message m;
	int pid = peer;
	begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
	put(&m, IFLA_IFNAME, name, strlen(name) + 1);
	put(&m, IFLA_MASTER, &bridge, sizeof bridge);
	struct rtattr *link = put(&m, IFLA_LINKINFO, NULL, 0);
	put(&m, IFLA_INFO_KIND, "veth", 4);
	struct rtattr *data = put(&m, IFLA_INFO_DATA, NULL, 0);
	struct rtattr *end = put(&m, VETH_INFO_PEER, &other, sizeof other);
	put(&m, IFLA_IFNAME, inside, strlen(inside) + 1);
	put(&m, IFLA_NET_NS_PID, &pid, sizeof pid);
	close_nest(&m, end);
	close_nest(&m, data);
	close_nest(&m, link);
	return send_message(fd, &m);
}

static inline int add_address(int fd, int index, struct address *a) {
	struct ifaddrmsg info = {.ifa_family = (unsigned char)a->family,
	                         .ifa_prefixlen = (unsigned char)a->bits,
	                         .ifa_index = (unsigned)index,
	                         .ifa_flags = a->family == AF_INET6 ? IFA_F_NODAD : 0};
	struct message m;
	begin(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &info, sizeof info);
	put(&m, IFA_LOCAL, a->bytes, length_of(a));
	put(&m, IFA_ADDRESS, a->bytes, length_of(a));
	return send_message(fd, &m);
}

static inline int delete_address(int fd, int index, struct address *a) {
	struct ifaddrmsg info = {
	    .ifa_family = (unsigned char)a->family, .ifa_prefixlen = (unsigned char)a->bits, .ifa_index = (unsigned)index};
	struct message m;
	begin(&m, RTM_DELADDR, 0, &info, sizeof info);
	put(&m, IFA_LOCAL, a->bytes, length_of(a));
	return send_message(fd, &m);
}

/* Both ends where the caller is, both down. */
static inline int make_pair(int fd, const char *one, const char *two) {
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC}, other = {.ifi_family = AF_UNSPEC};
	struct message m;
	begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
	put(&m, IFLA_IFNAME, one, strlen(one) + 1);
	struct rtattr *link = put(&m, IFLA_LINKINFO, NULL, 0);
	put(&m, IFLA_INFO_KIND, "veth", 4);
	struct rtattr *data = put(&m, IFLA_INFO_DATA, NULL, 0);
	struct rtattr *end = put(&m, VETH_INFO_PEER, &other, sizeof other);
	put(&m, IFLA_IFNAME, two, strlen(two) + 1);
	close_nest(&m, end);
	close_nest(&m, data);
	close_nest(&m, link);
	return send_message(fd, &m);
}

/* `bridge` 0: a member of none. */
static inline int set_master(int fd, int index, int bridge) {
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = index};
	struct message m;
	begin(&m, RTM_NEWLINK, 0, &info, sizeof info);
	put(&m, IFLA_MASTER, &bridge, sizeof bridge);
	return send_message(fd, &m);
}

/* Into the net namespace of process `pid`, under a name of its own there. */
static inline int move_link(int fd, int index, pid_t pid, const char *name) {
	struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = index};
	struct message m;
	int to = pid;
	begin(&m, RTM_NEWLINK, 0, &info, sizeof info);
	put(&m, IFLA_NET_NS_PID, &to, sizeof to);
	put(&m, IFLA_IFNAME, name, strlen(name) + 1);
	return send_message(fd, &m);
}

/* `to` NULL: the default route. Always on the link, no gateway: whoever holds the address answers for it. */
static inline int change_route(int fd, int add, int index, int family, struct address *to) {
	struct rtmsg info = {.rtm_family = (unsigned char)family,
	                     .rtm_dst_len = to ? (unsigned char)(8 * length_of(to)) : 0,
	                     .rtm_table = RT_TABLE_MAIN,
	                     .rtm_protocol = RTPROT_STATIC,
	                     .rtm_scope = family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
	                     .rtm_type = RTN_UNICAST};
	struct message m;
	begin(&m, add ? RTM_NEWROUTE : RTM_DELROUTE, add ? NLM_F_CREATE | NLM_F_EXCL : 0, &info, sizeof info);
	if (to) put(&m, RTA_DST, to->bytes, length_of(to));
	put(&m, RTA_OIF, &index, sizeof index);
	int error = send_message(fd, &m);
	return add && error == EEXIST ? 0 : error;
}

#endif
