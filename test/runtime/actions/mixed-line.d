/* @filter: s/^  [0-9]+ /CPU / */
/* All that a clause records stands on one line, however it was recorded. */
BEGIN
{
	trace(1);
	printf("<%d>", 2);
	trace("three");
	trace(4);
	exit(0);
}
