/**
 * /etc of the world: FreeBSD's files, and what Linux programs need beside them. Nothing of the machine's own /etc but
 * names of programs goes in here.
 */
const ACCOUNTS = [
  ["root", 0, 0, "Charlie &", "/root", "/bin/csh"],
  ["toor", 0, 0, "Bourne-again Superuser", "/root", ""],
  ["daemon", 1, 1, "Owner of many system processes", "/root", "/usr/sbin/nologin"],
  ["operator", 2, 5, "System &", "/", "/usr/sbin/nologin"],
  ["bin", 3, 7, "Binaries Commands and Source", "/", "/usr/sbin/nologin"],
  ["tty", 4, 65533, "Tty Sandbox", "/", "/usr/sbin/nologin"],
  ["sshd", 22, 22, "Secure Shell Daemon", "/var/empty", "/usr/sbin/nologin"],
  ["mailnull", 26, 26, "Sendmail Default User", "/var/spool/mqueue", "/usr/sbin/nologin"],
  ["bind", 53, 53, "Bind Sandbox", "/", "/usr/sbin/nologin"],
  ["www", 80, 80, "World Wide Web Owner", "/nonexistent", "/usr/sbin/nologin"],
  ["nobody", 65534, 65534, "Unprivileged user", "/nonexistent", "/usr/sbin/nologin"],
] as const;

const GROUPS = [
  ["wheel", 0, "root"],
  ["daemon", 1, ""],
  ["kmem", 2, ""],
  ["sys", 3, ""],
  ["tty", 4, ""],
  ["operator", 5, "root"],
  ["mail", 6, ""],
  ["bin", 7, ""],
  ["staff", 20, ""],
  ["sshd", 22, ""],
  ["mailnull", 26, ""],
  ["guest", 31, ""],
  ["video", 44, ""],
  ["bind", 53, ""],
  ["www", 80, ""],
  ["nogroup", 65533, ""],
  ["nobody", 65534, ""],
] as const;

export const masterPasswd = ACCOUNTS.map(
  ([name, uid, gid, gecos, home, shell]) => `${name}:*:${uid}:${gid}::0:0:${gecos}:${home}:${shell}\n`,
).join("");
export const group = GROUPS.map(([name, gid, members]) => `${name}:*:${gid}:${members}\n`).join("");

const RC = `#!/bin/sh
# Starts the jail's services as rc.conf says.
PATH=/sbin:/bin:/usr/sbin:/usr/bin
export PATH
[ -r /etc/defaults/rc.conf ] && . /etc/defaults/rc.conf
[ -r /etc/rc.conf ] && . /etc/rc.conf
yes() { case "$1" in [Yy][Ee][Ss]|[Tt][Rr][Uu][Ee]|[Oo][Nn]|1) return 0 ;; *) return 1 ;; esac; }

echo "ELF ldconfig path: /lib /usr/lib /usr/lib/compat"
echo "Creating and/or trimming log files."
mkdir -p /var/run /var/log /var/mail
[ -f /var/log/messages ] || : > /var/log/messages
printf 'NAME=FreeBSD\\nVERSION=14.2-BETA1\\nID=freebsd\\n' > /var/run/os-release
echo "Updating /var/run/os-release done."
rm -rf /tmp/.X*-lock /tmp/.X11-unix
echo "Clearing /tmp (X related)."
echo "Updating motd:."
if yes "\${syslogd_enable:-YES}"; then
  echo "Starting syslogd."
  /libexec/devjail/syslogd \${syslogd_flags:--s} || echo "/etc/rc: WARNING: failed to start syslogd"
fi
for script in /etc/rc.d/* /usr/local/etc/rc.d/*; do
  [ -x "$script" ] && [ -f "$script" ] || continue
  grep -q '^# KEYWORD:.*firstboot' "$script" && [ ! -e /firstboot ] && continue
  "$script" faststart
done
[ -f /etc/rc.local ] && { echo "Starting local daemons:"; . /etc/rc.local; }
[ -e /firstboot ] && rm -f /firstboot
echo
date
exit 0
`;

const SHUTDOWN = `#!/bin/sh
# Ends the jail's services; what is left is told to by jail(8).
PATH=/sbin:/bin:/usr/sbin:/usr/bin
export PATH
for script in /etc/rc.d/* /usr/local/etc/rc.d/*; do
  [ -x "$script" ] && [ -f "$script" ] && "$script" faststop
done
[ -f /etc/rc.shutdown.local ] && . /etc/rc.shutdown.local
echo .
exit 0
`;

const CSHRC = `# For every csh that starts.
if ($?prompt) then
\tset prompt = "%N@%m:%~ %# "
\tset filec
\tset history = 1000
endif
`;

const PAM = `auth sufficient pam_rootok.so
auth required pam_unix.so
account required pam_unix.so
password required pam_unix.so
session required pam_unix.so
`;

/** Path below the world → text; 0644, and 0755 for the scripts in EXECUTABLE. */
export const ETC_FILES: Record<string, string> = {
  "etc/rc": RC,
  "etc/rc.shutdown": SHUTDOWN,
  "etc/defaults/rc.conf":
    'syslogd_enable="YES"\nsyslogd_flags="-s"\ncron_enable="NO"\nsshd_enable="NO"\nsendmail_enable="NONE"\n',
  "etc/group": group,
  "etc/master.passwd": masterPasswd,
  "etc/shells": "/bin/sh\n/bin/csh\n/bin/tcsh\n",
  "etc/csh.cshrc": CSHRC,
  "etc/csh.login": "",
  "etc/csh.logout": "",
  "etc/profile": "# For every login sh.\n",
  "etc/login.conf":
    "default:\\\n\t:path=/sbin /bin /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin ~/bin:\\\n\t:charset=UTF-8:\\\n\t:lang=C.UTF-8:\n",
  "etc/services":
    "ssh 22/tcp\nsmtp 25/tcp\ndomain 53/tcp\ndomain 53/udp\nfinger 79/tcp\nhttp 80/tcp\nsyslog 514/udp\nhttps 443/tcp\n",
  "etc/protocols": "ip 0 IP\nicmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\nipv6-icmp 58 IPV6-ICMP\n",
  "etc/nsswitch.conf":
    "group: files\nhosts: files dns\nnetworks: files\npasswd: files\nshells: files\nservices: files\nprotocols: files\n",
  "etc/hosts": "::1\tlocalhost\n127.0.0.1\tlocalhost\n",
  "etc/motd.template": "FreeBSD ?.?.?  (on Linux, by devjail)\n",
  "etc/motd": "",
  "etc/ld.so.conf": "/usr/local/lib\n",
  "etc/pam.d/other": PAM,
  "etc/pam.d/su": PAM,
  "etc/pam.d/login": PAM,
  "etc/pam.d/passwd": PAM,
  "etc/login.defs":
    "ENV_PATH PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin\nENV_SUPATH PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin\nENCRYPT_METHOD SHA512\n",
  "root/.cshrc": `setenv EDITOR vi\nsetenv PAGER less\nset path = (/sbin /bin /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin $HOME/bin)\n${CSHRC}`,
  "root/.profile": "PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:$HOME/bin\nexport PATH\n",
  COPYRIGHT: "This world consists of the machine's own programs in the shape of FreeBSD's.\n",
};

export const EXECUTABLE: ReadonlySet<string> = new Set(["etc/rc", "etc/rc.shutdown"]);
