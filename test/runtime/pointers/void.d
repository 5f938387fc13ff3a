#pragma D option quiet

void *v;

BEGIN
{
	v = alloca(8);
	*(int *)v = 3;
	((char *)v)[4] = 'c';
	printf("%d %c\n", *(int *)v, *((char *)v + 4));
	w = v;
	printf("%d\n", w == v);
	exit(0);
}
