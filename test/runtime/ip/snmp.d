/* @run: $SRC/test/in-netns 'sh ./snmp.sh' */
/* @timeout: 60 */
/* Packets and segments that are counted by the probes: the same numbers as the kernel keeps for the network namespace ($1). Ports tell the
 * namespace's TCP and UDP from others'. */
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
/args[4]->tcp_sport / 100 == 271 || args[4]->tcp_dport / 100 == 271/
{
	segs_out += args[0]->pkt_segs;
	again += args[3]->tcps_retransmit;
}

tcp:::receive
/args[4]->tcp_sport / 100 == 271 || args[4]->tcp_dport / 100 == 271/
{
	segs_in++;
}

udp:::send
/args[4]->udp_dport / 100 == 271/
{
	datagrams_out[args[2]->ip_ver]++;
}

udp:::receive
/args[4]->udp_dport / 100 == 271/
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
