/* @opts: -q */
/* @trigger: sh -c "trap : USR1; kill -USR1 $$; kill -WINCH $$; kill -TERM $$" */
/* Signals that the shell sends to itself: one handled, one ignored, one that ends it. */
proc:::signal-send
/pid == $target && args[1]->pr_pid == $target/
{
	printf("send %d to %d\n", args[2], args[1]->pr_pid == pid);
}

proc:::signal-discard
/pid == $target && args[1]->pr_pid == $target/
{
	printf("discard %d\n", args[2]);
}

proc:::signal-handle
/pid == $target/
{
	printf("handle %d %d\n", args[0], args[2] != 0);
}

proc:::exit
/pid == $target/
{
	printf("exit %d\n", args[0]);
}
