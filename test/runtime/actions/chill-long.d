/* @opts: -qw */
/* @trigger: python3 -c 'import os; os.getppid()' */
/* Half a second is the most at once, and is kept to the full. */
syscall::getppid:entry
/pid == $target/
{
	self->since = timestamp;
	chill(500000000);
}

syscall::getppid:return
/self->since/
{
	printf("%s\n", timestamp - self->since >= 500000000 ? "half a second" : "less");
	exit(0);
}
