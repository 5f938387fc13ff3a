/* @run: $SRC/test/in-netns '$DTRACE -qs args.d -c "$SRC/test/traffic.py udp:127.0.0.1:27401:2:100 udp:[::1]:27402:2:30000"' */
/* Ports and lengths in host order; a datagram in fragments is one. */
udp:::send,
udp:::receive
/args[4]->udp_dport / 10 == 2740/
{
	@[probename, args[2]->ip_ver, args[2]->ip_saddr, args[2]->ip_daddr, args[4]->udp_dport, args[4]->udp_length, args[4]->udp_sport > 1023] = count();
	same += args[4]->udp_checksum == ntohs(args[4]->udp_hdr->check);
}

udp:::send
/args[4]->udp_dport / 10 == 2740/
{
	good += args[3]->udps_lport == args[4]->udp_sport && args[3]->udps_addr == args[1]->cs_addr && args[1]->cs_cid != 0;
}

END
{
	printf("%d %d", good, same);
}
