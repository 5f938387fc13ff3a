/* Packets go to capture files, one for each probe, that are come back to; what tshark reads, this reads. By their
 * length they are ours: others may send, too. */
/* @run: $SRC/test/in-netns '$DTRACE -qws file.d "\"$TMP/capture\"" -c "$SRC/test/traffic.py udp:127.0.0.1:27301:2:30"'; ls $TMP; for f in $TMP/capture.*; do od -An -tx4 -N 24 $f; od -An -tu4 -j 32 -N 8 $f; od -An -tx1 -j 40 -N 1 $f; od -An -tc -j 97 -N 1 $f; wc -c <$f; done */
ip:::send,
ip:::receive
/args[4] != NULL && args[4]->ipv4_protocol == IPPROTO_UDP && args[2]->ip_plength == 38/
{
	freopen("%s.%s", $1, probename);
	pcap(args[0]->pkt_addr, PCAP_IP);
	freopen("");
}
