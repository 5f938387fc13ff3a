/* Flags of threads as published programs test for them: a thread of the kernel's own, one that sleeps, one that is stopped. */
/* @opts: -q */
/* @trigger: sh -c 'sh -c "kill -STOP \$\$" & while read -r _ _ state _ </proc/$!/stat && [ "$state" != T ]; do :; done; kill -CONT $!; wait' */
BEGIN
{
	printf("%d %d\n", curlwpsinfo->pr_flag & (PR_ISSYS | PR_IDLE | PR_STOPPED | PR_PTRACE), PR_ISSYS | PR_ASLEEP);
}

sched:::off-cpu
/execname == "kthreadd" || strstr(execname, "kworker/") == execname/
{
	kernel |= !(curlwpsinfo->pr_flag & PR_ISSYS);
}

/* Who is continued was stopped. */
sched:::wakeup
/args[0]->pr_flag & PR_STOPPED/
{
	stopped = 1;
}

END
{
	printf("kernel's own %s, stopped %d\n", kernel ? "not all" : "all", stopped);
}
