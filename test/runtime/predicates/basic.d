#pragma D option quiet

int x, y;

BEGIN
/0/
{
	printf("never\n");
}

BEGIN
/1/
{
	printf("always\n");
}

BEGIN
/x == 0 && y == 0/
{
	printf("zero\n");
	x = 4;
}

BEGIN
/x > 3 ? 1 : 0/
{
	printf("x is set\n");
}

BEGIN
/"abc" == "abc"/
{
	printf("strings\n");
	exit(0);
}
