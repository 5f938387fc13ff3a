/* @trigger: perl -e 'syscall(110)' */
/* @filter: s/\+0x[0-9a-f]+/+0x0/; s/libc[-.0-9so]*`/libc`/ */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	printf("%A\n", uregs[R_PC]);
}
