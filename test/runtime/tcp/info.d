/* @run: $SRC/test/in-netns '$DTRACE -qs info.d -c "python3 -I info.py 127.0.0.1 ::1"' | sed '/^$/d' | sort | uniq -c | awk '{ print $1, $2, NF }' */
/* @needs: python3 */
/* What a segment's connection is told to be is what its socket says of itself (TCP_INFO): each line comes twice, from both. */
tcp:::send
/args[2]->ip_plength - args[4]->tcp_offset == 777/
{
	printf("%s %d ws %d %d rto %d mss %d cwnd %d %d windows %d %d\n", args[3]->tcps_laddr, args[3]->tcps_state, args[3]->tcps_snd_ws,
	    args[3]->tcps_rcv_ws, args[3]->tcps_rto, args[3]->tcps_mss, args[3]->tcps_cwnd, args[3]->tcps_cwnd_ssthresh, args[3]->tcps_swnd,
	    args[3]->tcps_rwnd);
}
