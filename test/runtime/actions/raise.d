/* The process that fires the probe gets the signal; nothing is recorded. */
/* @opts: -w */
/* @run: $DTRACE -w -s $TEST -c 'sh -c "getconf PAGESIZE >/dev/null; kill -0 $$; echo alive"' 2>/dev/null */
syscall::kill:entry
/pid == $target/
{
	raise(9);
}
