/* @run: $SRC/test/in-netns '$DTRACE -qs life.d -c "$SRC/test/traffic.py tcp:127.0.0.1:27001:1:5000 tcp:[::1]:27002:1:5000"' */
/* A connection's life at both of its ends, over IPv4 and IPv6: ports and addresses are those of the packet, states those of the connection. */
string end[int];

BEGIN
{
	end[1] = "client";
	end[0] = "server";
}

tcp:::connect-request,
tcp:::connect-established,
tcp:::accept-established
/args[4]->tcp_dport / 10 == 2700 || args[4]->tcp_sport / 10 == 2700/
{
	printf("%s: IPv%d %s -> %s, %s port, flags 0x%x, %s\n", probename, args[2]->ip_ver, args[2]->ip_saddr, args[2]->ip_daddr,
	    args[4]->tcp_dport / 10 == 2700 ? "to the server's" : "from the server's", args[4]->tcp_flags,
	    tcp_state_string[args[3]->tcps_state]);
	cid[probename] = args[1]->cs_cid;
}

tcp:::connect-established
/args[4]->tcp_sport / 10 == 2700 && cid["connect-request"] != args[1]->cs_cid/
{
	printf("another connection was asked for\n");
}

tcp:::state-change
/args[3]->tcps_rport / 10 == 2700 || args[3]->tcps_lport / 10 == 2700/
{
	@changes[end[args[3]->tcps_rport / 10 == 2700], tcp_state_string[args[5]->tcps_state], tcp_state_string[args[3]->tcps_state]] = count();
	faults += args[0] != NULL || args[2] != NULL || args[4] != NULL;
}

END
{
	printa("%s: %s -> %s %@d\n", @changes);
	printf("%d\n", faults);
}
