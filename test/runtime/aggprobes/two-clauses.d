/* Two clauses of the same probes fill the same entry. */
/* @trigger: sh -c 'cd /; cd /; cd /' */
#pragma D option quiet

syscall::chdir:entry
/pid == $target/
{
	@a[probefunc, "x"] = sum(1);
}

syscall::chdir:*
/pid == $target/
{
	@a[probefunc, "x"] = sum(10);
}
