#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d %d\n", sizeof (char), sizeof (short), sizeof (int), sizeof (long),
	    sizeof (long long));
	printf("%d %d %d %d\n", sizeof (int8_t), sizeof (uint16_t), sizeof (int32_t),
	    sizeof (uint64_t));
	printf("%d %d %d\n", sizeof (float), sizeof (double), sizeof (void *));
	printf("%d %d %d\n", sizeof (size_t), sizeof (uintptr_t), sizeof (pid_t));
	c = (char)1;
	printf("%d %d %d\n", sizeof (c), sizeof (c + c), sizeof (c + 1ll));
	printf("%d\n", sizeof (1 == 2));
	printf("%d\n", sizeof ((short)1 << 40));
	exit(0);
}
