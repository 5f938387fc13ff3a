#pragma D option quiet

BEGIN
{
	v = vtimestamp;
	printf("%d %d\n", v > 0, vtimestamp == v);
	exit(0);
}
