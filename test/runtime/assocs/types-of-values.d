#pragma D option quiet

BEGIN
{
	c[1] = (char)300;
	s[1] = (short)70000;
	u[1] = (unsigned char)-1;
	l[1] = -1ll;
	ul[1] = 18446744073709551615;
	c[2] = 300;
	printf("%d %d %d %d %u %d\n", c[1], s[1], u[1], l[1], ul[1], c[2]);
	printf("%d %d %d\n", sizeof (c[1]), sizeof (s[1]), sizeof (l[5]));
	exit(0);
}
