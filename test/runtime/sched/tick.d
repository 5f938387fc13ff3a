/* @run: cpu=$(python3 -I -c "import os; print(max(os.sched_getaffinity(0)))"); $DTRACE -qs tick.d $cpu -c "taskset -c $cpu python3 -I tick.py" */
/* The clock ticks once a period at most, however often a CPU is woken besides; a tick finds the CPU at work, in one mode, or idle. */
int64_t began, ended, period;
int calls;

syscall::getpgid:entry
/pid == $target/
{
	/* the program says how long a period is, in nanoseconds */
	period = arg0;
	calls++;
}

syscall::getpgid:entry
/calls == 1 && pid == $target/
{
	began = timestamp;
}

syscall::getpgid:entry
/calls == 2 && pid == $target/
{
	ended = timestamp;
}

sched:::tick
/calls == 1 && cpu == $1/
{
	work++;
	own += pid == $target;
}

sysinfo:::cpu_ticks_user, sysinfo:::cpu_ticks_kernel
/calls == 1 && cpu == $1/
{
	modes += arg0;
	user += probename == "cpu_ticks_user" && pid == $target;
}

sysinfo:::cpu_ticks_idle, sysinfo:::cpu_ticks_wait
/calls == 1 && cpu == $1/
{
	idle += arg0;
}

sdt:::local_timer_entry
/calls == 1 && cpu == $1/
{
	interrupts++;
}

END
{
	printf("%s\n", work + idle <= (ended - began) / period + 2 ? "once a period" : "too often");
	printf("%s\n", interrupts > work + idle ? "other timers do not count" : "no other timers");
	printf("%s\n", own > 0 && user > 0 ? "the program's, in user mode" : "none of the program");
	printf("%d\n", work - modes >= -1 && work - modes <= 1);
}
