/* @trigger: perl -e 'fork() || exit 0; wait()' */
#pragma D option quiet

sdt:::sched_process_fork
/args[0]->pid == $target/
{
	printf("%s %d\n", args[1]->real_parent->group_leader->comm,
	    args[1]->real_parent->group_leader->tgid == $target);
	printf("%d\n", args[0]->signal->nr_threads);
	printf("%s\n", args[0]->nsproxy->uts_ns->name.sysname);
}
