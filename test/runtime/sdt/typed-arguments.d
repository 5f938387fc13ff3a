/* @trigger: perl -e 'select(undef, undef, undef, 0.05) for 1..3' */
#pragma D option quiet

int done;

sdt:::sched_switch
/args[1]->pid == $target && !done/
{
	printf("%s %d %d %d\n", stringof(args[1]->comm), args[1]->tgid == args[1]->pid,
	    args[1] == curthread, sizeof(args[1]->comm));
	done = 1;
}
