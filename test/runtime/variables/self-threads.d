/* Threads see only their own. */
/* @trigger: sh -c '/bin/true; /bin/true; /bin/true' */
#pragma D option quiet

self int mark;

syscall::exit_group:entry
/progenyof($target)/
{
	seen += self->mark;
	self->mark = 1;
	exits++;
}

END
{
	printf("%d %d\n", exits > 1, seen);
}
