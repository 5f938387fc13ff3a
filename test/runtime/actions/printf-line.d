/* @filter: s/^  [0-9]+ /CPU / */
/* printf() brings its own newline; the record ends with another. */
BEGIN
{
	printf("one\n");
	printf("two\n");
	exit(0);
}
