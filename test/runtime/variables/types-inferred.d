/* A variable has the type of what is first assigned to it. */
#pragma D option quiet

BEGIN
{
	i = 1;
	l = 1l;
	u = (unsigned char)1;
	s = "x";
	p = (int *)alloca(4);
	t = timestamp;
	printf("%d %d %d %d %d\n", sizeof (i), sizeof (l), sizeof (u), sizeof (p), sizeof (t));
	u = 257;
	printf("%d\n", u);
	i = 0x1ffffffff;
	printf("%d\n", i);
	exit(0);
}
