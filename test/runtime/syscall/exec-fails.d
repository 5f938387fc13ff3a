/* @trigger: perl -e 'exec("/nonexistent/program"); exit 0' */
#pragma D option quiet

syscall::execve:entry
/pid == $target/
{
	self->path = copyinstr(arg0);
}

syscall::execve:return
/pid == $target && errno/
{
	printf("%s %s %d\n", execname, self->path, errno);
}
