/* @run: $SRC/test/in-netns 'python3 -I owners.py $DTRACE owners.d' */
/* Whose sockets are: of processes that made them, that accepted them, before the program and while it runs; owners.py tells what it does. */
#pragma D option aggsortkey

tcp:::send,
tcp:::receive,
tcp:::state-change,
tcp:::accept-established
/args[1]->cs_cid != 0 && args[3]->tcps_state != TCP_STATE_TIME_WAIT && args[3]->tcps_lport / 10 == 2708 &&
    (probename == "accept-established" || (args[3]->tcps_lport != 27084 && args[3]->tcps_lport != 27087))/
{
	@[args[3]->tcps_lport, "here", probename, args[1]->cs_pid] = count();
}

tcp:::send,
tcp:::receive,
tcp:::state-change,
tcp:::connect-established
/args[1]->cs_cid != 0 && args[3]->tcps_state != TCP_STATE_TIME_WAIT && args[3]->tcps_rport / 10 == 2708/
{
	@[args[3]->tcps_rport, "there", probename, args[1]->cs_pid] = count();
}

udp:::send,
udp:::receive
/args[4]->udp_dport / 10 == 2708/
{
	@[args[4]->udp_dport, "datagram", probename, args[1]->cs_pid] = count();
}

ip:::send
/args[2]->ip_saddr == "127.0.0.2"/
{
	@[0, "packet", probename, args[1]->cs_pid] = count();
}

END
{
	printa("%d %s %s %d\n", @);
}
