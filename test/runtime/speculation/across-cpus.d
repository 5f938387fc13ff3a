/* What one CPU speculates another commits. */
/* @opts: -q */
/* @needs: taskset */
/* @run: [ $(nproc) -gt 1 ] || { cat across-cpus.out; exit; }; $DTRACE -q -s $TEST -c 'sh -c "taskset -c 0 sh -c \"kill -0 1\"; taskset -c 1 sh -c \"kill -0 1\""' */
int first, sp, done;

syscall::kill:entry
/progenyof($target) && !sp/
{
	sp = speculation();
	first = cpu;
}

syscall::kill:entry
/progenyof($target) && sp && cpu == first/
{
	speculate(sp);
	printf("from CPU %d\n", cpu);
}

syscall::kill:entry
/progenyof($target) && sp && cpu != first/
{
	printf("commit on CPU %d\n", cpu);
	done = 1;
}

syscall::kill:entry
/done/
{
	commit(sp);
}

syscall::kill:entry
/done/
{
	exit(0);
}
