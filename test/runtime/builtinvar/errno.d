/* @trigger: perl -e 'syscall(3, -1); syscall(110); open(F, "<", "/nonexistent/file")' */
#pragma D option quiet

syscall::close:return
/pid == $target && errno == EBADF/
{
	printf("close %d %d %d\n", (int)arg0, (int)arg1, errno);
}

syscall::getppid:return
/pid == $target/
{
	printf("getppid %d %d\n", arg0 == $pid, errno);
}

syscall::openat:return
/pid == $target && errno == ENOENT/
{
	n++;
}

END
{
	printf("%d\n", n > 0);
}
