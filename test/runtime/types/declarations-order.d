/* A variable may be declared after a clause that does not use it. */
#pragma D option quiet

BEGIN
{
	printf("first\n");
}

int later;
struct t { int a; };
struct t tv;

BEGIN
{
	later = 3;
	tv.a = 4;
	printf("%d %d\n", later, tv.a);
	exit(0);
}
