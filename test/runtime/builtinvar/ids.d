/* @trigger: perl -e 'syscall(110)' */
#pragma D option quiet

syscall::getppid:entry
/pid == $target/
{
	printf("%d %d %d\n", pid == $target, tid == pid, ppid == $pid);
	printf("%d %d %s\n", uid == $uid, gid == $gid, execname);
}
