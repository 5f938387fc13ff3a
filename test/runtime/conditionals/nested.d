#pragma D option quiet

BEGIN
{
	i = 0;
	if (i == 0) {
		i = 1;
		if (i == 1) {
			printf("a");
			if (i == 2)
				printf("b");
			else
				printf("c");
			printf("d");
		} else {
			printf("e");
		}
		printf("f");
	} else
		printf("g");
	printf("h\n");
	exit(0);
}
