/* @trigger: perl -e 'fork() || exit 0; wait()' */
#pragma D option quiet

/* The kernel's own spelling of a tracepoint, group:name, is a description. */
sdt::sched:sched_process_fork
/args[0]->pid == $target/
{
	printf("%s %s %s:%s\n", probeprov, probemod, probefunc, probename);
	printf("%d %s\n", args[1]->real_parent->pid == $target, args[1]->comm);
}
