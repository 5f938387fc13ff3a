/* @trigger: perl -e 'syscall(110) for 1..100' */
#pragma D option quiet

int bad;

syscall::getppid:entry
/pid == $target/
{
	self->t = timestamp;
}

syscall::getppid:return
/self->t/
{
	n++;
	bad += timestamp < self->t;
	self->t = 0;
}

END
{
	printf("%d %d\n", n, bad);
}
