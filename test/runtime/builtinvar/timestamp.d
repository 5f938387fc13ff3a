#pragma D option quiet

/* One firing has one time; later ones have later times, on the same clock everywhere. */
BEGIN
{
	t = timestamp;
	same = timestamp == t;
}

BEGIN
{
	later = timestamp >= t;
}

tick-50ms
/timestamp - t >= 40000000/
{
	printf("%d %d %d\n", same, later, timestamp > t);
	printf("%d\n", sizeof(timestamp));
	exit(0);
}
