/* @filter: s/^  [0-9]+ /CPU / */
/* Integers stand in columns by their size. */
BEGIN
{
	trace((char)1);
	trace((short)2);
	trace(3);
	trace(4LL);
	exit(0);
}
