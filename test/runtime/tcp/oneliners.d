/* @run: $SRC/test/in-netns '$DTRACE -qs oneliners.d -c "$SRC/test/traffic.py tcp:127.0.0.1:27031:3:2000 refused:127.0.0.1:27032 udp:127.0.0.1:27033:4:64"' */
/* Programs as they are written everywhere; predicates keep out what others send meanwhile. */
tcp:::accept-established
/args[4]->tcp_dport / 10 == 2703/
{
	@accepts[args[2]->ip_saddr, args[4]->tcp_dport] = count();
}

tcp:::connect-established
/args[4]->tcp_sport / 10 == 2703/
{
	@connects[args[2]->ip_daddr, args[3]->tcps_rport] = count();
}

tcp:::connect-request
/args[4]->tcp_dport / 10 == 2703/
{
	start[args[1]->cs_cid] = timestamp;
}

tcp:::connect-established
/args[4]->tcp_sport / 10 == 2703 && start[args[1]->cs_cid]/
{
	@latency["connections timed, none in no time", args[2]->ip_daddr] = sum(timestamp - start[args[1]->cs_cid] > 0);
	start[args[1]->cs_cid] = 0;
}

tcp:::connect-refused
/args[4]->tcp_sport / 10 == 2703/
{
	@refused[args[2]->ip_saddr, args[4]->tcp_sport] = count();
}

tcp:::send
/args[4]->tcp_dport == 27031/
{
	@sent[args[2]->ip_daddr, args[4]->tcp_dport] = sum(args[2]->ip_plength - args[4]->tcp_offset);
	@flags["syn"] = sum((args[4]->tcp_flags & TH_SYN) != 0);
	@flags["fin"] = sum((args[4]->tcp_flags & TH_FIN) ? 1 : 0);
}

tcp:::receive
/args[4]->tcp_dport == 27031/
{
	@received[args[2]->ip_saddr] = sum(args[2]->ip_plength - args[4]->tcp_offset);
}

ip:::send
/args[2]->ip_ver == 4 && args[4]->ipv4_protocol == IPPROTO_UDP && args[2]->ip_plength == 72/
{
	@ip[args[2]->ip_saddr, args[4]->ipv4_protostr, args[4]->ipv4_daddr] = count();
}

udp:::receive
/args[4]->udp_dport == 27033/
{
	@size = quantize(args[4]->udp_length);
}
