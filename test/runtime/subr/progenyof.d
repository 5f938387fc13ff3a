/* progenyof(): the process itself and its ancestors */
/* @opts: -q */

BEGIN
{
	printf("%d\n", progenyof(pid));
	printf("%d\n", progenyof(ppid));
	printf("%d\n", progenyof(1));
	printf("%d\n", progenyof(-5));
	printf("%d\n", progenyof($pid));
	exit(0);
}
