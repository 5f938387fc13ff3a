/* @trigger: perl -e 'syscall(110)' */
#pragma D option quiet

BEGIN
{
	printf("%d %d %d\n", stackdepth > 0, ustackdepth > 0, caller != 0);
}

syscall::getppid:entry
/pid == $target/
{
	printf("%d %d %d\n", stackdepth > 0, ustackdepth > 0, caller != 0);
}
