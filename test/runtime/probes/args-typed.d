/* Typed arguments of a kernel probe can be looked through. */
/* @trigger: sh -c '/bin/true; :' */
#pragma D option quiet

sdt:::sched_process_exec
/ppid == $target/
{
	printf("%d %d\n", args[0]->tgid == pid, args[0]->pid == args[1]);
	printf("%s %d\n", stringof(args[2]->filename), stringof(args[0]->comm) == execname);
	exit(0);
}
