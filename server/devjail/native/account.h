/* Accounts without libc's way to them, which would load what the jail's nsswitch.conf names; and what a login gives. */
#ifndef DEVJAIL_ACCOUNT_H
#define DEVJAIL_ACCOUNT_H

#include "host.h"

struct account {
	char name[128], home[PATH_MAX], shell[PATH_MAX];
	unsigned uid, gid;
	int groups;
	gid_t group[64];
};

/* passwd(5) and group(5) of whatever root we are in, read line by line: libc's way would load the jail's modules. */
static inline int find_account(const char *name, struct account *out) {
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
static inline void login_environment(const struct account *who) {
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

#endif
