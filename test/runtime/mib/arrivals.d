/* @run: $SRC/test/agree 6 '$SRC/test/in-netns "sh ./arrivals.sh"' */
/* @needs: tp:sock_send_length */
/* @timeout: 90 */
/* Counters of what comes in and of sends that fail; probes by the functions that descriptions name elsewhere. */
mib:::tcpInDataInorderBytes,
mib:::udpOutErrors,
mib:::udpInErrors,
mib:::rawipOutDatagrams
{
	@[probename] = sum(arg0);
}

mib::icmp_inbound:icmpInMsgs
{
	@["icmp_inbound"] = count();
}

mib::icmp_pkt:icmpOutEchoReps
{
	@["icmp_pkt"] = count();
}

END
{
	setopt("aggsortkey");
	printa("%s %@d\n", @);
}
