/* @run: $SRC/test/in-netns '$DTRACE -qs protocols.d $(readlink /proc/self/ns/net | tr -dc 0-9) -c "$SRC/test/traffic.py udp:127.0.0.1:27321:3 udp:[::1]:27322:2 refused:127.0.0.1:27323 refused:[::1]:27324:2"' */
/* Who speaks what with whom: the header is that of the version that the packet has. */
#pragma D option aggsortkey

ip:::send,
ip:::receive
/args[3]->if_ipstack == $1/
{
	this->protocol = args[2]->ip_ver == 4 ? args[4]->ipv4_protostr : args[5]->ipv6_nextstr;
	@num[probename, args[2]->ip_saddr, args[2]->ip_daddr, this->protocol] = count();
	@bytes[args[2]->ip_ver] = sum(args[2]->ip_ver == 4 ? args[4]->ipv4_length : args[5]->ipv6_plen + 40);
}

END
{
	printa("%-8s %-10s %-10s %5s %@d\n", @num);
	printa("IPv%d %@d bytes\n", @bytes);
}
