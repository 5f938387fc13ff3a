/* Enumerators as keys. */
#pragma D option quiet

enum color {
	RED,
	GREEN = 5,
	BLUE
};

BEGIN
{
	@[RED] = count();
	@[GREEN] = count();
	@[BLUE] = count();
	@[(enum color)5] = count();
	exit(0);
}
