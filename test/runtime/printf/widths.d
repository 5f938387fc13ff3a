/* @opts: -q */
BEGIN
{
	printf("%d %d\n", (uint8_t)200, (int8_t)200);
	printf("%d %d\n", (uint16_t)50000, (int16_t)50000);
	printf("%d %d\n", (uint32_t)3000000000, (int32_t)3000000000);
	printf("%d %d\n", (uint64_t)10000000000, (int64_t)-10000000000);
	exit(0);
}
