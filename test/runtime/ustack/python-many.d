/* A stack of sixty functions that have not been met: all of them have names, though one interrupt puts them all down. */
/* @needs: /usr/bin/python3.11 */
/* @run: $DTRACE -qs $TEST -c "/usr/bin/python3.11 many.py" | sed -E 's/^ +//' | grep -E '^(python`function|0x)' | sed -E 's, .*,,' | sort | uniq -c | awk '{ print $1, $2 }' | sort -V | sed -n '1,3p;$p' */
syscall::getppid:entry
/pid == $target/
{
	deep = 1;
}

profile-997
/deep && pid == $target/
{
	ustack(80);
	exit(0);
}
