/* @run: $SRC/test/in-netns 'sh ./retrans.sh' */
/* @needs: ip */
/* A connection is asked for where nobody answers: asked for once, its first segment is sent again and again, as the kernel counts. */
mib:::tcpRetransSegs
{
	again += arg0;
}

tcp:::connect-request
/args[2]->ip_daddr == "192.0.2.2"/
{
	asked++;
}

tcp:::send
/args[2]->ip_daddr == "192.0.2.2"/
{
	sent++;
	repeated += args[3]->tcps_retransmit;
}

END
{
	printf("%d %d %d %d\n", asked, sent - repeated, repeated, again);
}
