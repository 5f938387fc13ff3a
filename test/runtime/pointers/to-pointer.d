#pragma D option quiet

int **pp;
int ***ppp;

BEGIN
{
	pp = (int **)alloca(16);
	ppp = (int ***)alloca(8);
	pp[0] = (int *)alloca(4);
	pp[1] = (int *)alloca(4);
	*pp[0] = 10;
	**(pp + 1) = 20;
	*ppp = pp;
	printf("%d %d %d %d\n", **pp, *pp[1], ***ppp, (*ppp)[1][0]);
	exit(0);
}
