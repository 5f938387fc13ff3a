/* entry and return of a system call, with a record of another probe between them */
/* @opts: -F */
/* @run: $DTRACE -F -s $TEST -c 'getconf PAGESIZE' 2>/dev/null | grep -v '^4096' | sed -E 's/^  [0-9]+ /CPU /' */
syscall::exit_group:entry
/pid == $target/
{
	trace("entry");
}
