/* @run: $SRC/test/in-netns '$DTRACE -qs mapped.d $(readlink /proc/self/ns/net | tr -dc 0-9) -c "/usr/bin/python3 -I mapped.py"' */
/* A connection of IPv4 to a socket of IPv6 has addresses of IPv4 at both ends, as its packets have; what listens has its own. */
tcp:::send
/((struct sk_buff *)args[0]->pkt_addr)->dev->nd_net.net->ns.inum == $1 && args[1]->cs_cid && args[3]->tcps_state == TCP_STATE_ESTABLISHED/
{
	@[args[3]->tcps_lport == 27095 ? "server" : "client", args[2]->ip_ver, args[3]->tcps_laddr, args[3]->tcps_raddr,
	    args[3]->tcps_laddr == args[2]->ip_saddr && args[3]->tcps_raddr == args[2]->ip_daddr ? "as the packet" : "another"] = count();
}

tcp:::state-change
/args[3]->tcps_lport == 27095 && args[3]->tcps_state == TCP_STATE_LISTEN/
{
	@["listens", 0, args[3]->tcps_laddr, args[3]->tcps_raddr, ""] = count();
}

udp:::send
/args[4]->udp_dport == 27096/
{
	@["datagram", args[2]->ip_ver, args[3]->udps_laddr, args[3]->udps_raddr, ""] = count();
}

END
{
	setopt("aggsortkey");
	printa("%s %d %s %s %s\n", @);
}
