/* Option cpu: nothing runs on other CPUs, whatever it is that fires; BEGIN, END and ticks do on that one. */
/* @run: last=$(($(nproc) - 1)); for c in 0 $last; do $DTRACE -q -xcpu=$c -s $TEST -c "sh -c 'taskset -c 0 true; taskset -c $last true; sleep 0.1'" $c; done */
BEGIN, END, ERROR, tick-5ms, profile-200, syscall:::, sched:::on-cpu, proc:::exec-success
/cpu != $1/
{
	wrong++;
}

syscall:::entry
{
	calls++;
}

proc:::exec-success
/execname == "true"/
{
	execs++;
}

BEGIN, END
{
	printf("%s %s\n", probename, cpu == $1 ? "there" : "elsewhere");
}

END
{
	printf("%d wrong, %s, %s\n", wrong, calls ? "calls" : "no calls",
	    execs ? "execs" : "no execs");
}
