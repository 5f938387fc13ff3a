/* @run: $SRC/test/in-netns 'sh ./bridge.sh' */
/* @needs: ip */
/* @timeout: 60 */
/* Two network namespaces ($1, $2) joined by a bridge and a pair of devices: each packet is sent once and received once, whatever lies between. */
ip:::send,
ip:::receive
/args[2]->ip_ver == 4 && (args[3]->if_ipstack == $1 || args[3]->if_ipstack == $2)/
{
	@[probename, args[3]->if_ipstack, args[3]->if_name] = count();
}

tcp:::send
/args[4]->tcp_dport == 27602 && args[2]->ip_daddr == "198.51.100.2"/
{
	syns++;
}

tcp:::receive
/args[4]->tcp_dport == 27602 && args[2]->ip_daddr == "198.51.100.2"/
{
	came++;
}

END
{
	printa("%s %d %s %@d\n", @);
	printf("tcp %d %d\n", syns, came);
}
