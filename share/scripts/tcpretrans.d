#!/usr/bin/env -S dtrace -s
/*
 * tcpretrans.d - TCP segments that are sent again, and in which state of their connection
 *
 * usage: tcpretrans.d
 *
 * A line for each packet that is sent again: the connection and its state, how many segments the packet is cut into, its data, its flags in hexadecimal. At the end the
 * connections that did it most.
 *
 * example:
 *	# tcpretrans.d
 *	LOCAL                            REMOTE                           STATE               SEGS  BYTES FLAGS
 *	10.0.0.7:41822                   93.184.216.34:443                state-established      1   1448    18
 *	10.0.0.7:43210                   10.0.0.99:80                     state-syn-sent         1      0     2
 *	^C
 *	again   peer
 *	    1   10.0.0.99:80
 *	    1   93.184.216.34:443
 */
#pragma D option quiet
#pragma D option switchrate=10hz

dtrace:::BEGIN
{
	printf("%-31s  %-31s  %-18s %5s %6s %5s\n", "LOCAL", "REMOTE", "STATE", "SEGS", "BYTES", "FLAGS");
}

tcp:::send
/args[3]->tcps_retransmit/
{
	this->remote = strjoin(args[3]->tcps_raddr, strjoin(":", lltostr(args[3]->tcps_rport)));
	printf("%-31s  %-31s  %-18s %5d %6d %5x\n", strjoin(args[3]->tcps_laddr, strjoin(":", lltostr(args[3]->tcps_lport))), this->remote,
	    tcp_state_string[args[3]->tcps_state], args[0]->pkt_segs, args[2]->ip_plength - args[4]->tcp_offset, args[4]->tcp_flags);
	@[this->remote] = sum(args[0]->pkt_segs);
}

dtrace:::END
{
	printf("%5s   %s\n", "again", "peer");
	printa("%@5d   %s\n", @);
}
