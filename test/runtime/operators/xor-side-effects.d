#pragma D option quiet

BEGIN
{
	n = 0;
	r = (n++ == 0) ^^ (n++ == 1);
	printf("%d %d\n", r, n);
	r = (n++ == 5) ^^ (n++ == 3);
	printf("%d %d\n", r, n);
	exit(0);
}
