/* Without a file, the bytes: from the header that the protocol says, as many as pcapsize permits. */
/* @run: $SRC/test/in-netns '$DTRACE -qs text.d -xpcapsize=20 -c "$SRC/test/traffic.py udp:127.0.0.1:27301:1:29"' | cut -c1-16; $SRC/test/in-netns '$DTRACE --format json -qs text.d -c "$SRC/test/traffic.py udp:127.0.0.1:27301:1:29"' | grep -o '"type":"pcap"\|"length":[0-9]*' */
ip:::send
/args[4] != NULL && args[4]->ipv4_protocol == IPPROTO_UDP && pid == $target/
{
	pcap(args[0]->pkt_addr, PCAP_IP);
	pcap(args[0]->pkt_addr, PCAP_ETHER);
}
