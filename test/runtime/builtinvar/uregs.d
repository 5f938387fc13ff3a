/* @trigger: perl -e 'syscall(110, 11, 22, 33)' */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	printf("%d %d %d\n", uregs[R_RDI], uregs[R_RSI], uregs[R_RDX]);
	printf("%d %d %d\n", uregs[R_PC] == uregs[R_RIP], uregs[R_SP] == uregs[R_RSP], uregs[R_FP] == uregs[R_RBP]);
	printf("%d\n", uregs[R_SP] > 0x1000);
}
