#pragma D option quiet

BEGIN
{
	a[1, 2, 3, 4, 5, 6, 7, 8, 9, 10] = 55;
	a[1, 2, 3, 4, 5, 6, 7, 8, 9, 11] = 56;
	printf("%d %d %d\n", a[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], a[1, 2, 3, 4, 5, 6, 7, 8, 9, 11],
	    a[0, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
	b["a", 1, 'c', 4ll, "e", (char)6, (short)7] = 8;
	printf("%d %d\n", b["a", 1, 'c', 4ll, "e", (char)6, (short)7],
	    b["a", 1, 'c', 4ll, "f", (char)6, (short)7]);
	exit(0);
}
