/* @trigger: perl -e 'syscall(110) for 1..500' */
/* @filter: s/`[a-z_0-9A-Z.]+\+0x[0-9a-f]+/`FUNCTION+0x0/ */
#pragma D option quiet

/* Equal stacks are one key. */
syscall::getppid:entry
/pid == $target/
{
	@[stack(1)] = count();
	@two[execname, stack(1), ustack(1)] = count();
}
