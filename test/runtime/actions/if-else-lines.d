/* @filter: s/^  [0-9]+ /CPU / */
/* Each straight part of a clause that records is a line. */
BEGIN
{
	x = 2;
	if (x == 1)
		trace("one");
	else if (x == 2)
		trace("two");
	else
		trace("many");
	trace("rest");
	if (x > 5) {
		trace("never");
	}
	exit(0);
}
