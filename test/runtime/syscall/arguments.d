/* @trigger: perl -e 'syscall(110, 1, 2, 3, 4, 5, 6)' */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	printf("%d %d %d %d %d %d %d\n", arg0, arg1, arg2, arg3, arg4, arg5, arg6);
}
