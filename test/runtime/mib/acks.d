/* @run: $SRC/test/agree 3 '$SRC/test/in-netns "sh ./acks.sh"' */
/* @needs: tp:tcp_probe */
/* @timeout: 120 */
/* What acknowledgements say, and what asks for them. */
mib:::tcpInAckBytes
/arg0 > 0/
{
	@ = sum(arg0);
}

mib:::tcpOutWinProbe
{
	closed++;
}

mib:::tcpTimKeepaliveProbe
{
	silent++;
}

mib:::tcpInAckSegs
{
	segments++;
}

mib:::tcpInWinUpdate
{
	updates++;
}

mib:::tcpInDupAck
{
	again++;
}

END
{
	printa("%@d\n", @);
	printf("%d %d %d %d\n", closed, silent, segments > 0 && updates > 0, again > 0);
}
