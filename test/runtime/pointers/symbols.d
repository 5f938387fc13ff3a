#pragma D option quiet

BEGIN
{
	printf("%a\n", `schedule);
	sym((uintptr_t)`schedule);
	printf("\n");
	printf("%d\n", (uintptr_t)&`schedule == (uintptr_t)`schedule);
	f = &`schedule;
	printf("%d\n", f != NULL);
	exit(0);
}
