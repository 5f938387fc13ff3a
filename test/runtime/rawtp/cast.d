/* @trigger: perl -e 'fork() || exit 0; wait()' */
#pragma D option quiet

rawtp:::sched_process_fork
/((struct task_struct *)arg0)->pid == $target/
{
	printf("%s %d\n", ((struct task_struct *)arg1)->comm, ((struct task_struct *)arg1)->real_parent->pid == $target);
}
