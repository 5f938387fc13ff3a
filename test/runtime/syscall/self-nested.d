/* @trigger: perl -e 'for my $i (1..50) { fork() || do { syscall(110) for 1..20; exit 0 } } 1 while wait() > 0' */
#pragma D option quiet

int bad;

/* Each thread has its own. */
syscall::getppid:entry
/progenyof($target)/
{
	self->who = pid;
	self->depth = timestamp;
}

syscall::getppid:return
/self->who/
{
	bad += self->who != pid || self->depth > timestamp;
	@n = count();
	self->who = 0;
	self->depth = 0;
}

END
{
	printa("%@d", @n);
	printf(" %d\n", bad);
}
