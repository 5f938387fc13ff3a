/* The right side of && and || is evaluated only when it matters; both sides of ^^ always. */
#pragma D option quiet

BEGIN
{
	n = 0;
	r = 0 && n++;
	printf("%d %d\n", r, n);
	r = 1 && n++;
	printf("%d %d\n", r, n);
	r = 1 && n++;
	printf("%d %d\n", r, n);
	r = 1 || n++;
	printf("%d %d\n", r, n);
	r = 0 || n++;
	printf("%d %d\n", r, n);
	r = n++ ^^ n++;
	printf("%d %d\n", r, n);
	z = 0;
	r = z != 0 && 10 / z > 1;
	printf("%d\n", r);
	exit(0);
}
