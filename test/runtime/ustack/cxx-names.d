/* Names of C++ as they are written there, in stacks and from ufunc(). */
/* @needs: g++ */
/* @run: g++ -O2 -o $TMP/names names.cc && $DTRACE -qs $TEST -c $TMP/names | sed -E 's/^ +//; s/libc[-.so0-9]*`/libc`/; s/\+0x[0-9a-f]+//' */
syscall::getppid:entry
/pid == $target/
{
	ustack(4);
	ufunc(ucaller);
}
