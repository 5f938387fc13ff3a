#pragma D option quiet

tick-50MS
{
	printf("%s\n", probename);
	exit(0);
}
