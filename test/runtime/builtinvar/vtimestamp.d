/* @trigger: perl -e 'syscall(110); select(undef, undef, undef, 0.3); syscall(110); 1 for 1..3000000; syscall(110)' */
#pragma D option quiet

int calls;

/* Time asleep does not count, time at work does. */
syscall::getppid:entry
/pid == $target && calls == 0/
{
	self->v = vtimestamp;
	self->t = timestamp;
}

syscall::getppid:entry
/pid == $target && calls == 1/
{
	printf("slept: %d\n", vtimestamp - self->v < (timestamp - self->t) / 4);
	self->v = vtimestamp;
	self->t = timestamp;
}

syscall::getppid:entry
/pid == $target && calls == 2/
{
	this->v = vtimestamp - self->v;
	printf("worked: %d\n", this->v > 5000000 && this->v <= timestamp - self->t);
}

syscall::getppid:entry
/pid == $target/
{
	calls++;
}
