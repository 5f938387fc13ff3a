/* @trigger: perl -e 'fork() || exit 0; wait()' */
#pragma D option quiet

/* Bit-fields of the kernel's structs. */
sdt:::sched_process_fork
/args[0]->pid == $target/
{
	printf("%d %d\n", args[0]->in_execve, args[1]->sched_reset_on_fork);
	printf("%d\n", args[0]->policy);
}
