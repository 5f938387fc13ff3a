/* Real-time signals as programs count them, and the kind of fault that only a library reports. */
/* @opts: -q */
/* @trigger: python3 -c 'import os, signal; signal.signal(signal.SIGRTMIN + 1, signal.SIG_IGN); os.kill(os.getpid(), signal.SIGRTMIN + 1)' */
syscall::kill:entry
/pid == $target/
{
	printf("%d of %d\n", arg1 - SIGRTMIN, SIGRTMAX - SIGRTMIN);
	printf("%d\n", DTRACEFLT_LIBRARY);
	exit(0);
}
