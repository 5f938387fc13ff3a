/* @trigger: sh -c 'kill -0 $$; kill -0 $$' */
#pragma D option quiet

syscall::kill:entry
/pid == $target/
{
	self->sig = arg1;
	self->ts = timestamp;
	self->in = 1;
}

syscall::kill:return
/self->in/
{
	n++;
	ok += timestamp >= self->ts && self->sig == 0;
	self->in = 0;
	self->ts = 0;
	self->sig = 0;
}

END
{
	printf("%d %d\n", n, ok);
}
