/* Each alloca() is other memory, and all of it begins with zeroes only when written. */
#pragma D option quiet

BEGIN
{
	a = (char *)alloca(16);
	b = (char *)alloca(16);
	printf("%d\n", a != b);
	a[15] = 1;
	b[0] = 2;
	printf("%d %d\n", a[15], b[0]);
	bcopy(a + 15, b, 1);
	printf("%d\n", b[0]);
	exit(0);
}
