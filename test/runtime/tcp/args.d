/* @run: $SRC/test/in-netns '$DTRACE -qs args.d -c "$SRC/test/traffic.py tcp:127.0.0.1:27021:1:1000"' */
/* What a sender knows of its connection, and what its segments say. */
uint64_t cid;

tcp:::send
/args[4]->tcp_dport == 27021/
{
	right += args[3]->tcps_lport == args[4]->tcp_sport;
	right += args[3]->tcps_rport == 27021;
	right += args[3]->tcps_laddr == args[2]->ip_saddr && args[3]->tcps_raddr == "127.0.0.1";
	right += args[3]->tcps_addr == args[1]->cs_addr && args[1]->cs_cid == cid || cid == 0;
	right += args[4]->tcp_seq == ntohl(args[4]->tcp_hdr->seq) && args[4]->tcp_urgent == 0;
	right += args[3]->tcps_retransmit == 0 && args[4]->tcp_window > 0;
	cid = args[1]->cs_cid;
	packets++;
	bytes += args[2]->ip_plength - args[4]->tcp_offset;
}

tcp:::send
/args[4]->tcp_dport == 27021 && args[2]->ip_plength - args[4]->tcp_offset == 1000/
{
	/* not counted as sent until it is on its way */
	data = args[4]->tcp_seq == args[3]->tcps_snxt && args[3]->tcps_suna == args[3]->tcps_snxt;
	mss = args[3]->tcps_mss > 536 && args[3]->tcps_mss <= 65535;
	windows = args[3]->tcps_swnd > 0 && args[3]->tcps_rwnd > 0 && args[3]->tcps_cwnd >= 2 * args[3]->tcps_mss &&
	    args[3]->tcps_cwnd_ssthresh >= args[3]->tcps_cwnd;
	/* the kernel's least is 200 ms */
	rto = args[3]->tcps_rto >= 200 && args[3]->tcps_rto < 3000;
	scales = args[3]->tcps_snd_ws > 0 && args[3]->tcps_rcv_ws > 0;
	acks = args[3]->tcps_rnxt == args[4]->tcp_ack && args[3]->tcps_rack <= args[3]->tcps_rnxt;
	printf("%s, flags 0x%x, local %d\n", tcp_state_string[args[3]->tcps_state], args[4]->tcp_flags & (TH_PUSH | TH_ACK), args[3]->tcps_local);
}

END
{
	printf("%s %d %d %d %d %d %d %d\n", right == 6 * packets && packets > 4 ? "right" : "wrong", bytes, data, mss, windows, scales, acks, rto);
}
