/* What a thread sleeps for, told by the system call that it is in: of the current one, and of the one that is woken. */
/* @opts: -q */
/* @trigger: /usr/bin/python3 -I waits-for.py */
syscall::clock_nanosleep:entry
/pid == $target/
{
	printf("%d %d\n", curlwpsinfo->pr_syscall, curlwpsinfo->pr_stype == SOBJ_NONE);
}

sched:::off-cpu
/pid == $target && curlwpsinfo->pr_syscall == 230 && curlwpsinfo->pr_stype == SOBJ_CV && !slept++/
{
	printf("sleeps\n");
}

sched:::wakeup
/slept && pid == $target && args[1]->pr_pid == $target && args[0]->pr_syscall == 202 && args[0]->pr_stype == SOBJ_USER && !woke++/
{
	printf("wakes what waits for a futex\n");
}
