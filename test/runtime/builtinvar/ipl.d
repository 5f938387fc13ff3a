#pragma D option quiet

/* 0 in a thread; a clock interrupt has a level. */
BEGIN
{
	printf("%d\n", ipl);
	seen = 0;
}

profile-499
/!seen/
{
	seen = 1;
	printf("%d\n", ipl > 0);
	exit(0);
}
