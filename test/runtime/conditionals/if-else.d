#pragma D option quiet

BEGIN
{
	a = 5;
	if (a > 3)
		printf("big\n");
	if (a > 7) {
		printf("huge\n");
	} else {
		printf("not huge\n");
	}
	if (a == 1)
		printf("one\n");
	else if (a == 5)
		printf("five\n");
	else
		printf("other\n");
	exit(0);
}
