/* copyinstr(0) and copyin(0) */
/* @opts: -q */

BEGIN
{
	n++;
	trace(copyinstr(0));
}
BEGIN
{
	trace(copyin(0, 8));
}
BEGIN
{
	printf("%d\n", n);
	exit(0);
}
