/* @trigger: perl -e 'syscall(110) for 1..5' */
/* @filter: s/`[a-z_0-9A-Z.]+\+0x[0-9a-f]+/`FUNCTION+0x0/ */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	@[stack(1)] = count();
}

END
{
	printa("stack %k count %@d\n", @);
	printa("%@8d %k\n", @);
}
