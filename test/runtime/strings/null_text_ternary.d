/* Printing a NULL string is an error */
/* @opts: -q */

BEGIN
{
	printf("%s\n", probename == "BEGIN" ? NULL : "x");
}

BEGIN
{
	exit(0);
}
