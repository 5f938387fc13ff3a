/* @trigger: perl -e 'syscall(110)' */
/* @filter: s/`[a-z_0-9A-Z.]+\+0x[0-9a-f]+/`FUNCTION+0x0/ */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	printf("%a\n", caller);
}
