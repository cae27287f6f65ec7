/** Inside the jail; the flavour's own script as it was written. */
export const FIRST_BOOT_SCRIPT = "/root/first-boot.sh";
/** rc(8) runs scripts with KEYWORD firstboot only while this file is there, and removes it at the end of that start. */
export const FIRST_BOOT_SENTINEL = "/firstboot";
export const FIRST_BOOT_RC = "/usr/local/etc/rc.d/first_boot";
export const FIRST_BOOT_LOG = "/var/log/first-boot.log";

/**
 * rc.d script that runs a flavour's script at the jail's first start. In the background, as installing packages takes longer
 * than jail(8) waits for a start (exec.timeout).
 */
export const firstBootRc = (): string => `#!/bin/sh

# PROVIDE: first_boot
# REQUIRE: LOGIN
# KEYWORD: firstboot

# Runs ${FIRST_BOOT_SCRIPT} once, at the first start of this jail. To have it run again: touch ${FIRST_BOOT_SENTINEL}

case "$1" in
*start)
	echo "Running ${FIRST_BOOT_SCRIPT}; what it says goes to ${FIRST_BOOT_LOG}."
	PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin HOME=/root \\
	    /bin/sh ${FIRST_BOOT_SCRIPT} < /dev/null > ${FIRST_BOOT_LOG} 2>&1 &
	;;
esac
`;
