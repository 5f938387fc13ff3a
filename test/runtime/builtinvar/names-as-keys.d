/* @trigger: perl -e 'syscall(110) for 1..3; syscall(39)' */
#pragma D option quiet

syscall::getp*id:*
/pid == $target/
{
	@[probeprov, probemod, probefunc, probename] = count();
}

END
{
	printa("%s %s %s %s %@d\n", @);
}
