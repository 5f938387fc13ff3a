#pragma D option quiet

BEGIN
{
	a = 1; b = 0;
	if (a)
		if (b)
			printf("both\n");
		else
			printf("else of the inner\n");
	if (a) {
		if (b)
			printf("both\n");
	} else
		printf("else of the outer\n");
	exit(0);
}
