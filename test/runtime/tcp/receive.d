/* @run: $SRC/test/in-netns '$DTRACE -qs receive.d $(readlink /proc/self/ns/net | tr -dc 0-9) -c "$SRC/test/traffic.py tcp:127.0.0.1:27041:2:70000 tcp:[::1]:27042:2:70000"' */
/* What comes in knows its connection: the one that sends what goes out, at either end. */
#pragma D option aggsortkey

/* The network namespace of a packet. */
inline uint64_t netns[uintptr_t packet] = ((struct sk_buff *)packet)->dev->nd_net.net->ns.inum;

uint64_t client[int];
uint64_t server[int];

tcp:::send
/netns[args[0]->pkt_addr] == $1 && args[4]->tcp_dport / 10 == 2704/
{
	client[args[4]->tcp_sport] = args[1]->cs_cid;
}

tcp:::send
/netns[args[0]->pkt_addr] == $1 && args[4]->tcp_sport / 10 == 2704 && (args[4]->tcp_flags & TH_SYN) == 0/
{
	server[args[4]->tcp_dport] = args[1]->cs_cid;
}

tcp:::receive
/netns[args[0]->pkt_addr] == $1 && args[4]->tcp_sport / 10 == 2704/
{
	@["to the client", args[2]->ip_ver, args[1]->cs_cid == client[args[4]->tcp_dport] && args[3]->tcps_addr == args[1]->cs_addr ?
	    "its connection" : "another"] = sum(1);
	states[args[3]->tcps_state] = 1;
}

tcp:::receive
/netns[args[0]->pkt_addr] == $1 && args[4]->tcp_dport / 10 == 2704 && server[args[4]->tcp_sport]/
{
	@["to the server", args[2]->ip_ver, args[1]->cs_cid == server[args[4]->tcp_sport] && args[3]->tcps_rport == args[4]->tcp_sport &&
	    args[3]->tcps_raddr == args[2]->ip_saddr ? "its connection" : "another"] = sum(1);
}

/* What asks for a connection belongs to none yet. */
tcp:::receive
/netns[args[0]->pkt_addr] == $1 && args[4]->tcp_dport / 10 == 2704 && args[4]->tcp_flags == TH_SYN/
{
	asked += args[1]->cs_cid == 0 && args[3]->tcps_state == TCP_STATE_CLOSED;
}

END
{
	printf("%d%d%d, %d\n", states[TCP_STATE_SYN_SENT], states[TCP_STATE_ESTABLISHED] || states[TCP_STATE_FIN_WAIT_1], states[TCP_STATE_FIN_WAIT_2], asked);
	normalize(@, 1000000);
	printa("%s, IPv%d: %s\n", @);
}
