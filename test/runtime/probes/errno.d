/* @trigger: sh -c 'kill -0 999999 2>/dev/null; kill -0 $$' */
#pragma D option quiet

syscall::kill:return
/pid == $target/
{
	printf("%d %d\n", (int)arg0, errno);
}
