/* @trigger: perl -e 'fork() || exit 0; wait()' */
#pragma D option quiet

/* Pointers of a tracepoint can be kept and followed in the next one. */
sdt:::sched_process_fork
/args[0]->pid == $target/
{
	child = args[1];
	number = args[1]->pid;
}

sdt:::sched_process_exit
/child && args[0] == child/
{
	printf("%d %d\n", child->pid == number, child->tgid == args[0]->tgid);
	child = NULL; /* the kernel gives its place to the next process */
}
