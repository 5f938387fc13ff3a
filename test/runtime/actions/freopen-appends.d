/* Output goes behind what the file has, also when it is come back to; ftruncate() is there to empty it. */
/* @run: echo old > $TMP/f; $DTRACE -qw -s $TEST "\"$TMP/f\""; cat $TMP/f; echo; $DTRACE -qwn 'BEGIN { freopen($1); ftruncate(); printf("alone"); exit(0); }' "\"$TMP/f\""; cat $TMP/f */
BEGIN
{
	freopen($1);
	printf("new\n");
	freopen("");
	printf("between\n");
	freopen($1);
	printf("newer\n");
	exit(0);
}
