/* @run: echo old > $TMP/f; $DTRACE -qw -s $TEST "\"$TMP/f\""; cat $TMP/f */
BEGIN
{
	freopen($1);
	printf("new\n");
	exit(0);
}
