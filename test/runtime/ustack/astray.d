/* What cannot be code is no frame: a stack that was walked astray ends before it. */
/* @run: gcc -O2 -o $TMP/astray astray.c && $DTRACE -qs $TEST -c $TMP/astray | sed -E 's/^ +//; s,\+0x.*,,' */
/* @needs: gcc */
syscall::getppid:entry
/pid == $target/
{
	ustack(20);
}
