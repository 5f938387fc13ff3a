/* Names with underscores and digits, and names that begin like keywords. */
#pragma D option quiet

int _a, a1, __b2, int_x, selfish, thisone, ifx, elsewhere, sizeofit;

BEGIN
{
	_a = 1; a1 = 2; __b2 = 3; int_x = 4; selfish = 5; thisone = 6; ifx = 7; elsewhere = 8;
	sizeofit = 9;
	printf("%d\n", _a + a1 + __b2 + int_x + selfish + thisone + ifx + elsewhere + sizeofit);
	exit(0);
}
