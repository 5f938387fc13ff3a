/* Keys compare by value, whatever the width of what they are given as. */
#pragma D option quiet

int a[long];
int b[unsigned char, long];

BEGIN
{
	i = (char)-1;
	a[i] = 5;
	printf("%d %d\n", a[-1], a[255]);
	b[255, -1] = 6;
	c = (unsigned char)255;
	printf("%d\n", b[c, i]);
	d[1] = 7;
	d[1ll << 32] = 8;
	printf("%d %d %d\n", d[1], d[1ll << 32], d[0]);
	exit(0);
}
