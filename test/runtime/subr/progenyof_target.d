/* The children of the target descend from it */
/* @opts: -q */
/* @trigger: sh -c '(cd /nowhere-in-a-child 2>/dev/null); exit 0' */

syscall::chdir:entry
/progenyof($target) && pid != $target/
{
	printf("%s\n", copyinstr(arg0));
}
syscall::chdir:entry
/progenyof(pid) != 1/
{
	printf("wrong\n");
}
