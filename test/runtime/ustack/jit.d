/* Code made at run time has the name that its maker tells, and its caller comes behind it. */
/* @needs: gcc */
/* @run: gcc -O2 -o $TMP/jit jit.c && $DTRACE -qs $TEST -c "$TMP/jit $TMP/where" | sed -E 's/^ +//; s/\+0x[0-9a-f]+//'; rm -f "$(cat $TMP/where)" */
syscall::getppid:entry
/pid == $target/
{
	@[ustack(2)] = count();
}

syscall::getppid:entry
/pid == $target && ++n == 20/
{
	printa("%k\n%@d\n", @);
	clear(@);
	trunc(@);
}
