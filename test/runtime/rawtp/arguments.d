/* @trigger: perl -e 'syscall(110) for 1..10' */
#pragma D option quiet

/* A raw tracepoint's arguments as the kernel passes them: registers and number of the call. */
rawtp:::sys_enter
/pid == $target && arg1 == 110/
{
	n++;
}

END
{
	printf("%d\n", n);
}
