/* Keys are converted to the types of the first use. */
#pragma D option quiet

int a[char];
int b[unsigned char, long];

BEGIN
{
	a[1] = 5;
	printf("%d\n", a[257]);
	b[255, -1] = 6;
	printf("%d\n", b[-1, -1]);
	i = 511;
	printf("%d\n", b[i, -1]);
	exit(0);
}
