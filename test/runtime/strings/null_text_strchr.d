/* Printing a NULL string is an error */
/* @opts: -q */

BEGIN
{
	printf("%s\n", strchr("abc", 'x'));
}

BEGIN
{
	exit(0);
}
