/* Texts of addresses as hosts(5) calls them, as the book's tcpacceptx.d prints them. */
/* @run: grep -q "^127.0.0.1[[:space:]]*localhost" /etc/hosts || { echo "/etc/hosts has no localhost"; exit 77; }; $DTRACE -qs $TEST */
BEGIN
{
	@["127.0.0.1", 54321] = count();
	printf("%I %#I %12I|\n", "127.0.0.1", "127.0.0.1", "192.0.2.77");
	exit(0);
}

END
{
	printa("%-14I %-8P %@d\n", @);
}
