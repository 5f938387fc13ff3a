/* @filter: s/^ +[0-9]+/  0/ */
BEGIN
{
	x = (int *)NULL;
	y = *x;
	trace(y);
}

BEGIN
{
	exit(0);
}
