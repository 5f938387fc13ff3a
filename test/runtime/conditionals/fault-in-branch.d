#pragma D option quiet

int zero, errors;

BEGIN
{
	printf("kept?\n");
	if (zero == 0) {
		printf("in branch\n");
		x = 1 / zero;
		printf("not reached\n");
	}
	printf("nor this\n");
}

BEGIN
{
	printf("next\n");
	exit(0);
}

ERROR
{
	errors++;
}

END
{
	printf("errors %d\n", errors);
}
