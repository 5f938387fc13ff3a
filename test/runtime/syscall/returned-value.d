/* @trigger: perl -e 'open(F, "<", "/etc/passwd"); sysseek(F, 7, 0); syscall(8, 99, 0, 0)' */
#pragma D option quiet

syscall::lseek:return
/pid == $target && arg1 == 7/
{
	printf("%d %d %d %d\n", arg0, arg1, args[0], errno);
}

syscall::lseek:return
/pid == $target && errno == EBADF/
{
	printf("%d %d %d\n", (int)arg0, (int)arg1, args[0]);
}
