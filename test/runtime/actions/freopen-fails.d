/* A file that cannot be opened is a fault of the consumer's: output stays where it is. */
/* @run: $DTRACE -qws $TEST 2>&1; $DTRACE --format json -qws $TEST 2>/dev/null | grep -o '"fault":"[^"]*"' */
BEGIN
{
	freopen("/does/not/exist");
	printf("still here\n");
	exit(0);
}

ERROR
{
	printf("ERROR does not fire\n");
}
