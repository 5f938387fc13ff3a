/* @trigger: sh -c "perl -e 'syscall(110)'; perl -e 'fork() || (syscall(110), exit 0); wait()'" */
/* @filter: s/\+0x[0-9a-f]+/+0x0/; s/^( *libc)[-0-9.so]*`/\1`/ */
#pragma D option quiet

/* Processes that come and go, with an exec and without. */
syscall::getppid:entry
/progenyof($target) && execname == "perl"/
{
	@[ufunc(uregs[R_PC])] = count();
}

END
{
	printa("%A %@d\n", @);
}
