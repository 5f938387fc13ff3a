#pragma D option quiet

/* A tick fires on one CPU at a time, a profile on all. */
tick-10ms
{
	ticks++;
}

tick-500ms
{
	printf("%d\n", ticks >= 40 && ticks <= 60);
	exit(0);
}
