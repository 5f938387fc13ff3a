/* Writers of a directory wait for its readers, and readers for a writer. */
/* @run: mkdir $TMP/d; $DTRACE -qs $TEST -c "perl contend.pl $TMP/d 12" 2>/dev/null */
lockstat:::rw-block
/progenyof($target) && arg2 == RW_WRITER && arg3 == 0 && arg4 >= 1 && arg4 <= 2/
{
	for_readers = 1;
}

lockstat:::rw-block
/progenyof($target) && arg2 == RW_READER && arg3 == 1 && arg4 == 0/
{
	for_writer = 1;
}

lockstat:::rw-block
/progenyof($target) && (arg3 != 0 && arg3 != 1 || arg4 < 0 || arg4 > 4)/
{
	wrong++;
}

tick-100ms
/for_readers && for_writer/
{
	printf("%d\n", wrong);
	exit(0);
}
