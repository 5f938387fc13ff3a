#pragma D option quiet

BEGIN
{
	p = (int *)alloca(4);
	*p = 3;
	a[1] = p;
	printf("%d %d\n", *a[1], a[2] == NULL);
	*a[1] = 4;
	printf("%d\n", *p);
	a[1] = NULL;
	printf("%d\n", a[1] == NULL);
	exit(0);
}
