/* Usual arithmetic conversions in comparisons. */
#pragma D option quiet

int neg;
unsigned int one;
long lneg;
unsigned long lone;
unsigned short us;
short s;

BEGIN
{
	neg = -1; one = 1; lneg = -1; lone = 1; us = 65535; s = -1;
	printf("%d ", neg < one);
	printf("%d ", lneg < one);
	printf("%d ", lneg < lone);
	printf("%d ", neg < lone);
	printf("%d ", s < us);
	printf("%d ", us == s);
	printf("%d ", neg == 4294967295u);
	printf("%d\n", -1 < 0u);
	printf("%d %d %d\n", neg >> 28, one >> 1, (unsigned int)neg >> 28);
	printf("%d %d\n", neg / 2, (unsigned int)neg / 2);
	exit(0);
}
