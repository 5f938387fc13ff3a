/* Printing a NULL string is an error */
/* @opts: -q */

BEGIN
{
	printf("%s\n", strtok("", ","));
}

BEGIN
{
	exit(0);
}
