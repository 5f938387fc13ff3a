/* The input may be a plain value. */
#pragma D option quiet

typedef int celsius_t;
struct temp { int f; int k; };

translator struct temp < celsius_t c > {
	f = c * 9 / 5 + 32;
	k = c + 273;
};

BEGIN
{
	this->c = (celsius_t)100;
	printf("%d %d\n", xlate<struct temp>(this->c).f, xlate<struct temp>((celsius_t)0).k);
	exit(0);
}
