/* @run: $SRC/test/agree 10 '$DTRACE -qs exact.d -c "/usr/bin/python3 -I exact.py $TMP/own" > $TMP/seen; read v n f < $TMP/own; read off sleep preempt pswitch inv on faults zeroed < $TMP/seen; echo status: $v $n $f dtrace: $off $sleep $preempt $pswitch $inv $on $faults $zeroed; [ $off = $((v + n)) -a $sleep = $v -a $preempt = $n -a $pswitch = $off -a $inv = $n -a $on = $off -a $faults = $f -a $zeroed -ge 1000 ] && echo agree' | tail -1 */
/* Switches and page faults of a process between two marks, against /proc/PID/status and getrusage(2). */
self int on;

syscall::getpgid:entry
/pid == $target/
{
	self->on = !self->on;
}

/* The first turns are for nothing. */
syscall::getpgid:entry
/self->on/
{
	off = on = slept = preempted = pswitch = inv = faults = zeroed = 0;
}

sched:::off-cpu
/self->on/
{
	off++;
}

sched:::on-cpu
/self->on/
{
	on++;
}

sched:::sleep
/self->on/
{
	slept++;
}

sched:::preempt
/self->on/
{
	preempted++;
}

sysinfo:::pswitch
/self->on/
{
	pswitch += arg0;
}

sysinfo:::inv_swtch
/self->on/
{
	inv += arg0;
}

vminfo:::as_fault
/self->on/
{
	faults += arg0;
}

vminfo:::zfod
/self->on/
{
	zeroed += arg0;
}

END
{
	printf("%d %d %d %d %d %d %d %d\n", off, slept, preempted, pswitch, inv, on, faults, zeroed);
}
