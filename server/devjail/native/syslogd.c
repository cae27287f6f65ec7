/*
 * The jail's long-lived process: takes datagrams on /var/run/log and appends them to /var/log/messages, as syslogd(8) does
 * with its defaults. It runs under FreeBSD's command line, whatever file it was started from.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
	if (argc < 1 || strcmp(argv[0], "/usr/sbin/syslogd")) {
		char *again[] = {"/usr/sbin/syslogd", argc > 1 ? argv[1] : "-s", NULL};
		execv("/proc/self/exe", again);
		return 1;
	}
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	strcpy(name.sun_path, "/var/run/log");
	unlink(name.sun_path);
	int in = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (in < 0 || bind(in, (struct sockaddr *)&name, sizeof name) || chmod(name.sun_path, 0666)) {
		fprintf(stderr, "syslogd: %s: %s\n", name.sun_path, strerror(errno));
		return 1;
	}
	if (fork() != 0) _exit(0);
	setsid();
	int null = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 3 && null >= 0; fd++) dup2(null, fd);
	signal(SIGHUP, SIG_IGN);
	for (;;) {
		char line[2048], when[32], host[256];
		ssize_t n = recv(in, line, sizeof line - 1, 0);
		if (n < 0 && errno != EINTR) return 1;
		if (n <= 0) continue;
		line[n] = 0;
		char *text = line[0] == '<' && strchr(line, '>') ? strchr(line, '>') + 1 : line;
		text[strcspn(text, "\n")] = 0;
		time_t now = time(NULL);
		strftime(when, sizeof when, "%b %e %H:%M:%S", localtime(&now));
		if (gethostname(host, sizeof host)) strcpy(host, "jail");
		int out = open("/var/log/messages", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
		if (out < 0) continue;
		dprintf(out, "%s %s %s\n", when, host, text);
		close(out);
	}
}
