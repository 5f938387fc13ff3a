/* Output goes to the file until freopen("") brings it back. */
/* @run: $DTRACE -qw -s $TEST "\"$TMP/file\"" && echo "file:" && cat $TMP/file.1 */
BEGIN
{
	printf("to the first place\n");
	freopen("%s.%d", $1, 1);
	printf("to the file\n");
	printf("more\n");
	freopen("");
	printf("back\n");
	exit(0);
}
