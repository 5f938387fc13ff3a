/* The least integer divided by -1 wraps. */
#pragma D option quiet

BEGIN
{
	m = -1;
	l = 0x8000000000000000;
	printf("%d %d\n", (long)l / m, (long)l % m);
	i = (int)0x80000000;
	printf("%d %d\n", i / m, i % m);
	exit(0);
}
