/* @run: $SRC/test/in-netns '$DTRACE -qs drop.d $(readlink /proc/self/ns/net | tr -dc 0-9) -c "$SRC/test/traffic.py unread:127.0.0.1:27311:3:50 udp:127.0.0.1:27312:5"' */
/* A datagram for a port that nobody has is dropped on its way in, for that reason; one that is read is not. */
ip:::drop-in
/args[3]->if_ipstack == $1 && args[4]->ipv4_protocol == IPPROTO_UDP/
{
	@[args[2]->ip_ver, args[2]->ip_plength, args[6] == SKB_DROP_REASON_NO_SOCKET] = count();
}
