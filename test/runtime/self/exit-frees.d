/* A thread's variables go with it. */
/* @trigger: sh -c 'for i in 1 2 3 4 5 6 7 8; do /bin/true; done' */
#pragma D option quiet

self int mark;
int stale, n;

syscall::exit_group:entry
/ppid == $target/
{
	n++;
	stale += self->mark;
	self->mark = 1;
	self->s["key"] = "some value";
}

END
{
	printf("%d %d\n", n, stale);
}
