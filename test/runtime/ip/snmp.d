/* @run: $SRC/test/in-netns 'sh ./snmp.sh' */
/* @timeout: 60 */
/* Packets and segments that are counted by the probes: the same numbers as the kernel keeps for the network namespace ($1). */
/* The network namespace of a packet. */
inline uint64_t netns[uintptr_t packet] = ((struct sk_buff *)packet)->dev->nd_net.net->ns.inum;

ip:::send
/args[3]->if_ipstack == $1/
{
	out[args[2]->ip_ver]++;
}

ip:::receive
/args[3]->if_ipstack == $1/
{
	in[args[2]->ip_ver]++;
}

tcp:::send
/netns[args[0]->pkt_addr] == $1/
{
	segs_out += args[3]->tcps_retransmit ? 0 : args[0]->pkt_segs;
	again += args[3]->tcps_retransmit ? args[0]->pkt_segs : 0;
}

tcp:::receive
/netns[args[0]->pkt_addr] == $1/
{
	segs_in++;
}

udp:::send
/netns[args[0]->pkt_addr] == $1/
{
	datagrams_out[args[2]->ip_ver]++;
}

udp:::receive
/netns[args[0]->pkt_addr] == $1/
{
	datagrams_in[args[2]->ip_ver]++;
}

END
{
	printf("InReceives %d OutRequests %d Ip6InReceives %d Ip6OutRequests %d\n", in[4], out[4], in[6], out[6]);
	printf("InSegs %d OutSegs %d RetransSegs %d\n", segs_in, segs_out, again);
	printf("InDatagrams %d OutDatagrams %d Udp6InDatagrams %d Udp6OutDatagrams %d\n",
	    datagrams_in[4], datagrams_out[4], datagrams_in[6], datagrams_out[6]);
}
