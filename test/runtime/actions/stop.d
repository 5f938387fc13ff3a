/* The process stands still until it is told to go on. */
/* @run: $DTRACE -qw -s $TEST -c 'sh -c "kill -0 \$\$; echo continued"' */
syscall::kill:entry
/pid == $target/
{
	stop();
	printf("stopped\n");
	system("kill -CONT %d", pid);
}
