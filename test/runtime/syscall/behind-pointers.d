/* What pointers among the arguments point to is the caller's, and is copied in when it is looked at, later too. */
/* @opts: -q */
/* @needs: stat */
/* @trigger: sh -c "ulimit -n 500; stat -c %s /etc/hostname > /dev/null" */
syscall::prlimit64:entry
/pid == $target && args[2] != NULL/
{
	printf("%d\n", args[2]->rlim_cur);
}

syscall::execve:entry
/pid == $target || ppid == $target/
{
	printf("%s\n", basename(stringof(args[0])));
}
