/* @run: $DTRACE -qw -o $TMP/f -s $TEST; cat $TMP/f */
BEGIN
{
	printf("gone\n");
	ftruncate();
	printf("kept\n");
	exit(0);
}
