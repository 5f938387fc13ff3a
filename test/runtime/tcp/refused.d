/* @run: $SRC/test/in-netns '$DTRACE -qs refused.d -c "$SRC/test/traffic.py refused:127.0.0.1:27011 refused:[::1]:27012 tcp:127.0.0.1:27013"' */
/* Nobody listens: both ends see it, and no connection is established. The port is that of who refuses. */
tcp:::connect-refused,
tcp:::accept-refused
/args[4]->tcp_sport / 10 == 2701/
{
	printf("%s %s:%d flags 0x%x\n", probename, args[2]->ip_saddr, args[4]->tcp_sport, args[4]->tcp_flags);
}

tcp:::connect-request
/args[4]->tcp_dport / 10 == 2701/
{
	asked++;
}

tcp:::connect-established
/args[4]->tcp_sport / 10 == 2701/
{
	established++;
}

END
{
	printf("%d asked for, %d established\n", asked, established);
}
