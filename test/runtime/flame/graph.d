/*
 * --flame: one file that holds all, well-formed, the user's stack under the kernel's, widths in proportion; without stacks it
 * says so; a file that cannot be written is an error.
 */
/* @needs: gcc */
/* @exit: 1 */
/* @run: gcc -O2 -fomit-frame-pointer -fno-inline -o $TMP/deep ../ustack/deep.c && $DTRACE --flame $TMP/f.svg -qs $TEST -c "$TMP/deep 20"; python3 check.py $TMP/f.svg; $DTRACE --flame=$TMP/none.svg -qn 'BEGIN { exit(0); }' && grep -c 'no stacks were recorded' $TMP/none.svg; $DTRACE --flame /nonexistent/f.svg -qn 'BEGIN { exit(0); }' 2>&1 */
syscall::getppid:entry
/pid == $target/
{
	@[stack(), ustack()] = count();
}
