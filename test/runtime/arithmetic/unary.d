#pragma D option quiet

BEGIN
{
	x = 5;
	printf("%d %d %d %d %d\n", +x, -x, ~x, !x, !!x);
	printf("%d %d\n", -(-x), ~~x);
	u = (unsigned int)1;
	printf("%u %d\n", -u, -u > 0);
	c = (unsigned char)1;
	printf("%d %d\n", -c, ~c);
	printf("%d\n", -9223372036854775807 - 1);
	exit(0);
}
