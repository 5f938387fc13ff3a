/* On one CPU half a second of each second is the most for all calls together. */
/* @opts: -qw -x cpu=0 */
/* @trigger: taskset -c 0 python3 -c 'import os; os.getppid()' */
syscall::getppid:entry
/pid == $target/
{
	t = timestamp;
	chill(250000000);
	printf("%s\n", timestamp - t >= 250000000 ? "once" : "no time has passed");
}

syscall::getppid:entry
/pid == $target/
{
	chill(250000001);
	printf("not reached\n");
}

syscall::getppid:return
/pid == $target/
{
	chill(1000);
	printf("what is left serves\n");
	exit(0);
}

ERROR
{
	printf("fault %d\n", arg4);
}
