/* @trigger: perl -e 'open(F, "<", "/etc/passwd"); sysseek(F, 5, 0); sysread(F, $b, 77); sysread(F, $b, 77)' */
#pragma D option quiet

syscall::read:entry
/pid == $target && arg2 == 77/
{
	printf("%s %s %s %d\n", fds[arg0].fi_name, fds[arg0].fi_dirname, fds[arg0].fi_pathname,
	    fds[arg0].fi_offset);
}
