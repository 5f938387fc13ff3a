#pragma D option quiet

BEGIN
{
	a = 5;
	printf("%d\n", a > 3 ? 1 : 2);
	printf("%d\n", a > 7 ? 1 : a > 4 ? 2 : 3);
	printf("%d\n", a ? a < 3 ? 10 : 20 : 30);
	printf("%s\n", a == 5 ? "five" : "other");
	printf("%s\n", a == 6 ? "six" : a == 5 ? "5" : "none");
	b = a == 5 ? c++ : d++;
	b = a == 6 ? c++ : d++;
	printf("%d %d\n", c, d);
	exit(0);
}
