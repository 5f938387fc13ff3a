/* A reader that has stopped reading: the first interrupt ends tracing, the second the wait for it. */
/* @run: mkfifo $TMP/pipe; exec 3<>$TMP/pipe; $DTRACE -q -s $TEST >$TMP/pipe & until grep -q '^1 ' /proc/$!/syscall 2>/dev/null; do sleep 0.1; done; kill -INT $!; kill -TERM $!; wait $!; echo status $? */
tick-1ms
{
	printf("tick %2000d\n", i++);
}
