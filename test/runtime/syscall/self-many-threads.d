/* @trigger: perl -e 'for (1..2000) { my $p = fork(); if (!$p) { syscall(110); exit 0 } waitpid($p, 0) }' */
/* @timeout: 60 */
#pragma D option quiet

/* Thread-local variables of threads that have ended take no room. */
syscall::getppid:entry
/progenyof($target)/
{
	self->a[0] = timestamp;
	self->b = pid;
}

syscall::getppid:return
/self->b/
{
	good += self->b == pid;
}

END
{
	printf("%d\n", good);
}
