/* Printing a NULL string is an error */
/* @opts: -q */

BEGIN
{
	a[1] = "x";
	a[1] = NULL;
	printf("%s\n", a[1]);
}

BEGIN
{
	exit(0);
}
