/* Printing a NULL string is an error */
/* @opts: -q */

BEGIN
{
	printf("%s\n", json("{}", "a"));
}

BEGIN
{
	exit(0);
}
