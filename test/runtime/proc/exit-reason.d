/* How a process ended, by the names of waitid(2). */
/* @opts: -q */
/* @trigger: sh -c "/bin/true; sh -c 'kill -9 $$'; true" */
proc:::exit
/progenyof($target) && pid != $target && args[0] == CLD_EXITED/
{
	printf("exited\n");
}

proc:::exit
/progenyof($target) && pid != $target && args[0] == CLD_KILLED/
{
	printf("killed\n");
}

BEGIN
{
	printf("%d %d %d %d\n", CLD_DUMPED, CLD_TRAPPED, CLD_STOPPED, CLD_CONTINUED);
	printf("%d %d\n", SI_USER, SI_TKILL);
}
