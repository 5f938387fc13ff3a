/* The registers of the process where the probe fires. */
/* @trigger: $PROGRAMS/calls */
#pragma D option quiet
pid$target:a.out:many:entry
{
	printf("%d %d %d %d\n", uregs[R_RDI], uregs[R_RSI], uregs[R_RDX], uregs[R_R9]);
	printf("%s\n", uregs[R_RSP] > uregs[R_RDI] ? "stack" : "none");
	self->sp = uregs[R_RSP];
}
pid$target:a.out:many:return
{
	printf("%d %d\n", uregs[R_RAX], uregs[R_RSP] - self->sp);
}
