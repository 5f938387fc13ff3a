/* Frames of Python in place of those of the interpreter, in every thread; one call of the interpreter is several of them. */
/* @needs: /usr/bin/python3.11 */
/* @run: $DTRACE -qs $TEST -c "/usr/bin/python3.11 frames.py" | sed -E 's/^ +//; s,[(][^ ]+[/],(,' | grep -E '^python`|^[0-9]+$' */
syscall::getppid:entry
/pid == $target/
{
	@[ustack(80)] = count();
}
