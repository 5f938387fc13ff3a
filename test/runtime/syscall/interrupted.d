/* A call that a signal interrupts has EINTR, not what the kernel calls it inside. */
/* @run: $DTRACE -qs $TEST -c '/usr/bin/python3 -I -c "import os, signal; signal.signal(signal.SIGALRM, lambda *a: os._exit(0)); signal.setitimer(signal.ITIMER_REAL, 0.3); os.read(os.pipe()[0], 1)"' */
syscall::read:return
/pid == $target && errno != 0/
{
	printf("%d %d\n", arg0, errno);
}
