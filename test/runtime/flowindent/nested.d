/* Calls of the target, indented; without actions nothing but the name is shown. */
/* @run: $DTRACE -F -s $TEST -c 'sh -c "kill -0 $$; kill -0 $$"' 2>/dev/null | sed -E 's/^  [0-9]+ /CPU /' */
syscall::kill:entry,
syscall::kill:return
/pid == $target/
{
}
