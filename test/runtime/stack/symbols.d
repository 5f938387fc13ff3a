/* @trigger: perl -e 'syscall(110)' */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	mod(caller);
	printf("\n");
	umod(uregs[R_PC]);
	printf("\n%d\n", caller != 0);
}
