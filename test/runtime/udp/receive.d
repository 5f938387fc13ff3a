/* @run: $SRC/test/in-netns '$DTRACE -qs receive.d -c "$SRC/test/traffic.py udp:127.0.0.1:27411:2 udp_any:127.0.0.1:27412:2 udp_any:[::1]:27413:2 udp_dual:127.0.0.1:27414:2 udp_peer:127.0.0.1:27415:2 udp_peer:[::1]:27416:2 unread:127.0.0.1:27417:2"' */
/* A datagram that came in knows the socket that it is for, as the kernel will find it; without one it is not received. */
#pragma D option aggsortkey

udp:::receive
/args[4]->udp_dport / 10 == 2741/
{
	@[args[4]->udp_dport, args[2]->ip_ver, args[3]->udps_laddr, args[3]->udps_lport == args[4]->udp_dport, args[3]->udps_raddr,
	    args[3]->udps_rport == args[4]->udp_sport ? "connected" : args[3]->udps_rport == 0 ? "free" : "another's",
	    args[3]->udps_addr == args[1]->cs_addr] = count();
}

END
{
	printa("%d: IPv%d %s %d %s %s %d %@d\n", @);
}
