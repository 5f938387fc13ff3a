/* @run: $SRC/test/in-netns '$DTRACE -qs args.d $(readlink /proc/self/ns/net | tr -dc 0-9) -c "$SRC/test/traffic.py udp:127.0.0.1:27301:1:100 udp:[::1]:27302:1:200"' */
/* Every member of the arguments of ip probes, over IPv4 and IPv6. */
ip:::send,
ip:::receive
/args[3]->if_ipstack == $1 && args[4] != NULL/
{
	printf("%s %d %d %s %s, %s %d %d\n", probename, args[2]->ip_ver, args[2]->ip_plength, args[2]->ip_saddr, args[2]->ip_daddr,
	    args[3]->if_name, args[3]->if_local, args[3]->if_addr != 0);
	printf("  %d %d %d %d %d %d %d %d %s %s %s\n", args[4]->ipv4_ver, args[4]->ipv4_ihl, args[4]->ipv4_tos, args[4]->ipv4_length,
	    args[4]->ipv4_flags, args[4]->ipv4_offset, args[4]->ipv4_ttl, args[4]->ipv4_protocol, args[4]->ipv4_protostr,
	    args[4]->ipv4_saddr, args[4]->ipv4_daddr);
	printf("  %s %s %d %d\n", inet_ntoa(&args[4]->ipv4_hdr->saddr), args[4]->ipv4_src == htonl(0x7f000001) ? "loopback" : "?",
	    args[4]->ipv4_dst == args[4]->ipv4_src, args[5] == NULL);
	printf("  %d %s\n", args[0]->pkt_addr != 0, args[5]->ipv6_saddr);
}

ip:::send,
ip:::receive
/args[3]->if_ipstack == $1 && args[5] != NULL/
{
	printf("%s %d %d %s %s, %s %d\n", probename, args[2]->ip_ver, args[2]->ip_plength, args[2]->ip_saddr, args[2]->ip_daddr,
	    args[3]->if_name, args[3]->if_local);
	printf("  %d %d %d %d %s %d %s %s %d\n", args[5]->ipv6_ver, args[5]->ipv6_tclass, args[5]->ipv6_plen, args[5]->ipv6_nexthdr,
	    args[5]->ipv6_nextstr, args[5]->ipv6_hlim, args[5]->ipv6_saddr, args[5]->ipv6_daddr, args[5]->ipv6_flow != 0);
	printf("  %s %d %d\n", inet_ntoa6(args[5]->ipv6_src), args[5]->ipv6_hdr->version, args[4] == NULL);
}
