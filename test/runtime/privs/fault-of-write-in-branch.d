#pragma D option quiet

int *p;

BEGIN
{
	if (p == NULL)
		*p = 1;
	else
		printf("not null\n");
	printf("not reached\n");
}

BEGIN { exit(0); }
ERROR { n++; }
END { printf("%d\n", n); }
