/* Addresses of a process that are not there. */
/* @trigger: sh -c 'kill -0 $$' */
#pragma D option quiet

syscall::kill:entry
/pid == $target/
{
	s = copyinstr(16);
	printf("not reached\n");
}

syscall::kill:entry
/pid == $target/
{
	p = copyin(32, 4);
	printf("not reached\n");
}

ERROR
{
	printf("%d %d\n", arg4, arg5);
}
