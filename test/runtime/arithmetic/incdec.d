#pragma D option quiet

BEGIN
{
	i = 5;
	printf("%d ", i++);
	printf("%d ", i);
	printf("%d ", ++i);
	printf("%d ", i--);
	printf("%d ", --i);
	printf("%d\n", i);
	j = i++ + 10;
	printf("%d %d\n", i, j);
	exit(0);
}
