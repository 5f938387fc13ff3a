/* @run: $SRC/test/in-netns '$DTRACE -qs timewait.d -c "python3 -I timewait.py $TMP/timewait.txt"; cat $TMP/timewait.txt' */
/* What becomes of connections that this side ends first: those that wait afterwards are as many as the kernel lists; of those that the other side
 * resets, or that are not to wait, none does. */
tcp:::state-change
/args[3]->tcps_rport == 27021 && args[5]->tcps_state == TCP_STATE_FIN_WAIT_2/
{
	@[tcp_state_string[args[3]->tcps_state]] = count();
}

END
{
	printa("%s %@d\n", @);
}
